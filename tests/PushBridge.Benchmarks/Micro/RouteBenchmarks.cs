using System.Text;
using BenchmarkDotNet.Attributes;
using PushBridge.Commands;
using PushBridge.Connections;

namespace PushBridge.Benchmarks.Micro;

/// <summary>From a uid to its connection, and a whole push without its socket: the same for few and for many uids.</summary>
public class RouteBenchmarks
{
    private const string Uid = "uid7";

    private readonly Command command = new();
    private readonly FlushList flushes = new();
    private readonly byte[] line = Encoding.UTF8.GetBytes(
        $$"""{"uid":"{{Uid}}","percent":"88%"}"""
    );
    private ConnectionRegistry registry = null!;
    private CommandExecutor executor = null!;

    [Params(10, 10_000)]
    public int Uids { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        registry = SilentConnection.Registry(Uids);
        executor = SilentConnection.NewExecutor(registry);
    }

    [Benchmark]
    public int Lookup() => registry.OfUid(Uid).Length;

    [Benchmark]
    public bool Push()
    {
        bool parsed = CommandParser.TryParse(line, command);
        ValueTask<Outcome> deciding = executor.Execute(command, line, flushes);
        flushes.Flush();
        return parsed && deciding.IsCompletedSuccessfully && deciding.Result.Ok;
    }
}
