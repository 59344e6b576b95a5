using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using BenchmarkDotNet.Attributes;
using PushBridge.Commands;

namespace PushBridge.Benchmarks.Micro;

/// <summary>One line of the text port: is it a command, and for whom?</summary>
public class ParseBenchmarks
{
    private readonly Command command = new();
    private byte[] line = [];

    [Params(97, 964)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void Setup() => line = LineOf(Bytes);

    [Benchmark]
    public bool Parser() => CommandParser.TryParse(line, command);

    [Benchmark(Baseline = true)]
    public string? Document()
    {
        using JsonDocument document = JsonDocument.Parse(line);
        return document.RootElement.GetProperty("uid").GetString();
    }

    [Benchmark]
    public string? Node() => (string?)JsonNode.Parse(line)!["uid"];

    /// <summary>A push of the given length with a few members of different kinds.</summary>
    internal static byte[] LineOf(int bytes)
    {
        const string start =
            """{"uid":"uid1","percent":"88%","step":17,"done":false,"text":""" + "\"";
        const string end = "\"}";
        return Encoding.UTF8.GetBytes(
            start + new string('x', bytes - start.Length - end.Length) + end
        );
    }
}
