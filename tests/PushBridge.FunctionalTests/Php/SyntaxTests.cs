using PushBridge.FunctionalTests.Documents;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Php;

/// <summary>Every PHP file parses, and those we ship use nothing that PHP 7.4 does not have.</summary>
public sealed class SyntaxTests
{
    private static readonly string Scanner = Repository.File(
        "tests/PushBridge.FunctionalTests/Php/newer-than-7.4.php"
    );

    private static string Php => ChildProcess.Locate("PUSHBRIDGE_PHP", "/usr/bin/php");

    public static TheoryData<string> Files =>
        [
            .. Directory
                .GetFiles(Repository.File("src/php"), "*.php")
                .Concat(
                    Directory.GetFiles(
                        Repository.File("tests/PushBridge.FunctionalTests/Php"),
                        "*.php"
                    )
                )
                .Select(file => Path.GetRelativePath(Repository.Root, file)),
        ];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_file_parses_without_a_deprecation(string file)
    {
        var lint = await ChildProcess.RunAsync(
            Php,
            ["-d", "error_reporting=-1", "-d", "display_errors=1", "-l", Repository.File(file)]
        );

        lint.ExitCode.Should().Be(0, lint.Output);
        lint.Output.Trim().Should().Be($"No syntax errors detected in {Repository.File(file)}");
    }

    [Fact]
    public async Task What_we_ship_uses_nothing_newer_than_PHP_7_4()
    {
        var files = Directory.GetFiles(Repository.File("src/php"), "*.php");

        var scan = await ChildProcess.RunAsync(Php, [Scanner, .. files]);

        files.Should().HaveCount(2);
        scan.Should().Be(new ProgramResult(0, "", ""));
    }

    [Theory]
    [InlineData("$a = match ($b) { default => 1 };", "match")]
    [InlineData("$a?->b();", "nullsafe operator")]
    [InlineData("#[Pure] function f() {}", "attribute")]
    [InlineData("enum E { case A; }", "enum")]
    [InlineData("class C { private readonly int $a; }", "readonly")]
    [InlineData("class C { function __construct(private $a) {} }", "constructor promotion")]
    [InlineData("function f(int|string $a) {}", "union or intersection type")]
    [InlineData("function f(): ?int {} function g(): int|false {}", "union or intersection type")]
    [InlineData("class C { public static int|string $a; }", "union or intersection type")]
    [InlineData("function f(mixed $a) {}", "type mixed")]
    [InlineData("class C { function f($a = [1, 2], ?array &$b = null): static {} }", "type static")]
    [InlineData("f(a: 1);", "named argument")]
    [InlineData("f($x, b: 1);", "named argument")]
    [InlineData("try {} catch (Exception) {}", "catch without a variable")]
    [InlineData("function f($a, $b,) {}", "trailing comma in a parameter list")]
    [InlineData("$f = function () use ($a,) {};", "trailing comma in a use list")]
    [InlineData("$a = $b ?? throw new E();", "throw as an expression")]
    [InlineData("$f = fn() => throw new E();", "throw as an expression")]
    [InlineData("$f = strlen(...);", "first-class callable")]
    [InlineData("$c = $a::class;", "::class of an object")]
    [InlineData("$a = 0o17;", "octal prefix")]
    [InlineData("function f($a = new A()) {}", "new in an initializer")]
    [InlineData("class C { final const A = 1; }", "final or typed constant")]
    [InlineData("$a = str_contains('a', 'b');", "str_contains")]
    [InlineData("$a = \\array_is_list([]);", "\\array_is_list")]
    [InlineData("$a = $b instanceof Stringable;", "Stringable")]
    public async Task The_scanner_finds_what_is_newer(string code, string construct)
    {
        var found = await ScanAsync(code);

        found.Should().Be($"code.php:2: {construct}\n");
    }

    [Theory]
    [InlineData("const A = B | C; f($a ? B : C); switch (1) { case X: throw new E(); }")]
    [InlineData(
        "abstract class C { private static ?array $a = null; abstract function str_contains(int $a = A | B, ?self &...$b): ?string; }"
    )]
    [InlineData(
        "$f = static function (array $a) use (&$b): void {}; $g = fn($a) => $a & 1; f(1, 2,); C::str_contains();"
    )]
    [InlineData(
        "try {} catch (A | B $e) { throw $e; } finally {} if (1) throw $e; else throw $e; $c = C::class; $d = [...[1]];"
    )]
    public async Task The_scanner_lets_PHP_7_4_pass(string code) =>
        (await ScanAsync(code)).Should().BeEmpty();

    private static async Task<string> ScanAsync(string code)
    {
        var folder = Directory.CreateTempSubdirectory("pushbridge-");
        try
        {
            var file = Path.Combine(folder.FullName, "code.php");
            await File.WriteAllTextAsync(file, "<?php\n" + code);
            var scan = await ChildProcess.RunAsync(Php, [Scanner, file]);
            scan.Errors.Should().BeEmpty();
            scan.ExitCode.Should().Be(0);
            return scan.Output;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
