using Microsoft.Extensions.Options;
using PushBridge.Hosting.Options;
using PushBridge.Security;

namespace PushBridge.Tests.Security;

public sealed class BackendSecretsTests : IDisposable
{
    private const string First = "the-first-of-the-secrets";
    private const string Second = "the-second-of-the-secrets";

    private readonly string file = Path.GetTempFileName();
    private readonly BackendOptions options = new();

    public void Dispose() => File.Delete(file);

    [Fact]
    public void Exist_WithoutAny_IsFalse() => Secrets().Exist.Should().BeFalse();

    [Theory]
    [InlineData(First, true)]
    [InlineData(Second, true)]
    [InlineData("the-first-of-the-secretS", false)]
    [InlineData("the-first-of-the-secret", false)]
    [InlineData("the-first-of-the-secrets ", false)]
    [InlineData("", false)]
    public void Contain_AnyOfSeveral_IsFound(string candidate, bool found)
    {
        options.Secrets.Add(First);
        options.Secrets.Add(Second);

        Secrets().Contain(candidate).Should().Be(found);
    }

    [Fact]
    public void Contain_SecretsFile_CountsLinesAndSkipsTheRest()
    {
        options.Secrets.Add(First);
        options.SecretsFile = file;
        File.WriteAllText(file, $"# one of two\r\n\r\n  {Second}  \r\n");

        BackendSecrets secrets = Secrets();

        Problems().Should().BeEmpty();
        secrets.Contain(First).Should().BeTrue();
        secrets.Contain(Second).Should().BeTrue();
        secrets.Contain("# one of two").Should().BeFalse();
    }

    [Theory]
    [InlineData("fifteen-bytes-!", "a secret has 16 to 1024 bytes, this one has 15")]
    [InlineData("sixteen bytes !!", "a secret consists of ASCII")]
    [InlineData("sixteen-bytes-ü!", "a secret consists of ASCII")]
    public void Validate_ABadSecret_IsNamedByItsPlaceAndNotRepeated(string secret, string problem)
    {
        options.Secrets.Add(First);
        options.Secrets.Add(secret);
        options.SecretsFile = file;
        File.WriteAllText(file, $"{First}\n\n{secret}\n");

        string[] problems = Problems();

        problems
            .Should()
            .HaveCount(2)
            .And.OnlyContain(text => text.Contains(problem, StringComparison.Ordinal));
        problems[0].Should().StartWith("PushBridge:Backends:Secrets:1: ");
        problems[1].Should().StartWith($"PushBridge:Backends:SecretsFile: {file}, line 3: ");
        problems.Should().NotContain(text => text.Contains(secret, StringComparison.Ordinal));
    }

    [Fact]
    public void Validate_AFileWithoutSecrets_IsAProblem()
    {
        options.SecretsFile = file;
        File.WriteAllText(file, "# none yet\n");

        Problems().Should().Equal($"PushBridge:Backends:SecretsFile: {file} has no secret");
    }

    [Fact]
    public void Validate_AFileThatIsNotThere_IsAProblem()
    {
        options.SecretsFile = "/nowhere/secrets";

        Problems()
            .Should()
            .ContainSingle()
            .Which.Should()
            .StartWith("PushBridge:Backends:SecretsFile: ")
            .And.Contain("/nowhere/secrets");
    }

    [Theory]
    [InlineData("10.0.0.0/8", true)]
    [InlineData("192.0.2.7/32", true)]
    [InlineData("2001:db8::/32", true)]
    [InlineData("10.0.0.1/8", true)]
    [InlineData("10.0.0.0", true)]
    [InlineData("10.0.0.0/33", false)]
    [InlineData("everybody", false)]
    public void Validate_AllowedNetworks(string network, bool valid)
    {
        options.AllowedNetworks.Add(network);

        if (valid)
        {
            Problems().Should().BeEmpty();
        }
        else
        {
            Problems()
                .Should()
                .ContainSingle()
                .Which.Should()
                .StartWith("PushBridge:Backends:AllowedNetworks:0: ");
        }
    }

    private BackendSecrets Secrets() => new(Options.Create(options));

    private string[] Problems() =>
        [
            .. new OptionsValidator<BackendOptions>(BackendOptions.Section)
                .Validate(null, options)
                .Failures
                ?? [],
        ];
}
