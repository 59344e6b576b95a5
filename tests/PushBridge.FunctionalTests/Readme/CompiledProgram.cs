using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace PushBridge.FunctionalTests.Readme;

/// <summary>C# that a test has read somewhere, compiled as a web project would, against what the tests themselves refer to.</summary>
internal sealed class CompiledProgram : IDisposable
{
    /// <summary>What the web SDK imports by itself, as far as anybody needs it here.</summary>
    private const string ImplicitUsings = """
        global using System;
        global using System.Threading.Tasks;
        global using Microsoft.AspNetCore.Builder;
        global using Microsoft.Extensions.DependencyInjection;
        """;

    private readonly string path;

    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    private CompiledProgram(string path) => this.path = path;

    /// <summary>A program of top-level statements. Lies beside the tests, where everything is that it needs.</summary>
    public static CompiledProgram OfStatements(string name, string code)
    {
        string file = Path.Combine(AppContext.BaseDirectory, name + ".dll");
        using FileStream image = File.Create(file);
        Emit(name, code, OutputKind.ConsoleApplication, image);
        return new CompiledProgram(file);
    }

    /// <summary>Statements of a method with a web application.</summary>
    public static Func<WebApplication, Task> OfMethod(string name, string code)
    {
        using MemoryStream image = new();
        Emit(
            name,
            $$"""
            using PushBridge;
            using PushBridge.Hosting.Options;
            public static class Sample
            {
                public static async Task RunAsync(WebApplication app)
                {
                    {{code}}
                }
            }
            """,
            OutputKind.DynamicallyLinkedLibrary,
            image
        );
        return System
            .Reflection.Assembly.Load(image.ToArray())
            .GetType("Sample")!
            .GetMethod("RunAsync")!
            .CreateDelegate<Func<WebApplication, Task>>();
    }

    /// <summary>The arguments of <c>dotnet</c> that run it.</summary>
    public string[] CommandLine(params string[] arguments)
    {
        string tests = Path.Combine(
            AppContext.BaseDirectory,
            typeof(CompiledProgram).Assembly.GetName().Name!
        );
        return
        [
            "exec",
            "--depsfile",
            tests + ".deps.json",
            "--runtimeconfig",
            tests + ".runtimeconfig.json",
            path,
            .. arguments,
        ];
    }

    public void Dispose() => File.Delete(path);

    private static void Emit(string name, string code, OutputKind kind, Stream image) =>
        CSharpCompilation
            .Create(
                name,
                [CSharpSyntaxTree.ParseText(ImplicitUsings), CSharpSyntaxTree.ParseText(code)],
                References,
                new CSharpCompilationOptions(
                    kind,
                    nullableContextOptions: NullableContextOptions.Enable
                )
            )
            .Emit(image)
            .Diagnostics.Where(one => one.Severity >= DiagnosticSeverity.Warning)
            .Should()
            .BeEmpty();
}
