using System.Globalization;

namespace PushBridge.Benchmarks.Load.Modes;

/// <summary>What a figure must reach, or stay below, on two cores beside the load program.</summary>
internal sealed record Goal(string Text, double Bound, bool AtLeast, Func<LoadRow, double?> Figure)
{
    public static Goal PerSecond(double bound) =>
        new($"≥ {bound / 1000:0} k/s", bound, AtLeast: true, row => row.PerSecond);

    public static Goal Cpu(double bound) =>
        new($"≤ {bound} CPU s", bound, AtLeast: false, row => row.CpuSecondsPerMillion);

    public static Goal DeliveryP99(double bound) =>
        new($"delivery p99 ≤ {LoadRow.Time(bound)}", bound, AtLeast: false, row => row.DeliveryP99);

    public static Goal ReplyP99(double bound) =>
        new($"reply p99 ≤ {LoadRow.Time(bound)}", bound, AtLeast: false, row => row.ReplyP99);

    public static Goal BytesPerConnection(double bound) =>
        new($"≤ {bound} B", bound, AtLeast: false, row => row.BytesPerConnection);

    public string Judge(LoadRow row)
    {
        if (Figure(row) is not { } figure)
        {
            return $"{Text}: not measured";
        }
        string ratio = (figure / Bound).ToString("0.00", CultureInfo.InvariantCulture);
        return $"{Text}: {ratio}{(figure >= Bound == AtLeast ? "" : ", missed")}";
    }
}
