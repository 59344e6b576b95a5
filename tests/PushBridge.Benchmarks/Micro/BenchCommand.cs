using System.CommandLine;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Order;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace PushBridge.Benchmarks.Micro;

/// <summary>The verb <c>bench</c>: BenchmarkDotNet over the classes of this folder.</summary>
internal static class BenchCommand
{
    public static Command Create()
    {
        Option<string> filter = new("--filter")
        {
            Description = "Which benchmarks, as *Parse* or *.Push",
            DefaultValueFactory = _ => "*",
        };
        Command bench = new("bench", "Microbenchmarks: parse, frame, route, fan-out") { filter };
        bench.SetAction(parsed =>
            BenchmarkSwitcher
                .FromAssembly(typeof(BenchCommand).Assembly)
                .Run(["--filter", parsed.GetRequiredValue(filter)], Configuration())
                .Any()
                ? 0
                : 1
        );
        return bench;
    }

    /// <summary>In this process and with short iterations: all of it in some minutes, precise enough for ratios.</summary>
    private static ManualConfig Configuration() =>
        ManualConfig
            .CreateEmpty()
            .AddJob(
                Job.Default.WithToolchain(InProcessEmitToolchain.Instance)
                    .WithWarmupCount(3)
                    .WithIterationCount(15)
                    .WithIterationTime(TimeInterval.FromMilliseconds(100))
            )
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .HideColumns(
                Column.Error,
                Column.RatioSD,
                Column.Gen0,
                Column.Gen1,
                Column.Gen2,
                Column.AllocRatio
            )
            .WithOrderer(new DefaultOrderer(SummaryOrderPolicy.Declared))
            .AddExporter(MarkdownExporter.GitHub)
            .AddLogger(ConsoleLogger.Default)
            .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "pushbridge-benchmarks"));
}
