using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PushBridge.Benchmarks.Load;

/// <summary>What one run measured. A figure that the mode does not have is null and not printed.</summary>
internal sealed record LoadRow(string Name)
{
    private static readonly JsonSerializerOptions Options = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
    };

    /// <summary>Frames delivered, commands answered or connections made a second, whichever the mode is about.</summary>
    public double? PerSecond { get; init; }

    public string Unit { get; init; } = "";

    /// <summary>CPU seconds of the server for a million of the unit, which is also microseconds for one.</summary>
    public double? CpuSecondsPerMillion { get; init; }

    /// <summary>From the write into the publisher's socket to the read from the client's, in microseconds.</summary>
    public double? DeliveryP50 { get; init; }

    public double? DeliveryP99 { get; init; }

    /// <summary>From the write of a command to the read of its reply, in microseconds.</summary>
    public double? ReplyP50 { get; init; }

    public double? ReplyP99 { get; init; }

    public double? BytesPerConnection { get; init; }

    /// <summary>The same after one push to each connection.</summary>
    public double? BytesPerConnectionPushed { get; init; }

    public double? ResidentMegabytesBefore { get; init; }

    public double? ResidentMegabytes { get; init; }

    /// <summary>The load program's own use: near 1.0 the row measures the load program.</summary>
    public double? LoadCores { get; init; }

    /// <summary>What the load program allocated for one of the unit, where the measured library is part of it.</summary>
    public double? AllocatedBytes { get; init; }

    /// <summary>Null when every promise held.</summary>
    public string? Problem { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, Options);

    public override string ToString()
    {
        StringBuilder line = new StringBuilder().Append(Name.PadRight(42));
        Add(line, PerSecond / 1000, "0.0", $"k {Unit}/s");
        Add(line, CpuSecondsPerMillion, "0.00", $"CPU s/1M {Unit}");
        AddPair(line, "delivery", DeliveryP50, DeliveryP99);
        AddPair(line, "reply", ReplyP50, ReplyP99);
        Add(line, BytesPerConnection, "0", "B/connection");
        Add(line, BytesPerConnectionPushed, "0", "B/connection after a push to each");
        Add(line, ResidentMegabytesBefore, "0.0", "MB RSS before");
        Add(line, ResidentMegabytes, "0.0", "MB RSS");
        Add(line, LoadCores, "0.00", "cores for the load");
        Add(line, AllocatedBytes, "0.0", "B allocated each");
        return line.Append(Problem is null ? "  verified" : $"  WRONG: {Problem}").ToString();
    }

    public static string Time(double? microseconds) =>
        microseconds switch
        {
            null => "",
            < 1000 => microseconds.Value.ToString("0", CultureInfo.InvariantCulture) + " µs",
            _ => (microseconds.Value / 1000).ToString("0.0", CultureInfo.InvariantCulture) + " ms",
        };

    private static void Add(StringBuilder line, double? value, string format, string unit)
    {
        if (value is { } figure)
        {
            line.Append("  ")
                .Append(figure.ToString(format, CultureInfo.InvariantCulture))
                .Append(' ')
                .Append(unit);
        }
    }

    private static void AddPair(StringBuilder line, string name, double? p50, double? p99)
    {
        if (p50 is not null)
        {
            line.Append("  ")
                .Append(name)
                .Append(" p50 ")
                .Append(Time(p50))
                .Append(" p99 ")
                .Append(Time(p99));
        }
    }
}
