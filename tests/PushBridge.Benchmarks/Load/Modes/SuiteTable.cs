using System.Globalization;
using System.Text;

namespace PushBridge.Benchmarks.Load.Modes;

/// <summary>The rows of a suite as a markdown table under a line that says on what they were measured.</summary>
internal sealed class SuiteTable
{
    private const string Begin = "<!-- load suite -->";
    private const string End = "<!-- end of load suite -->";

    private readonly StringBuilder text = new();
    private LoadRow? first;

    public SuiteTable()
    {
        string load = File.ReadAllText("/proc/loadavg").Split(' ')[0];
        text.Append(
                CultureInfo.InvariantCulture,
                $"{DateTime.UtcNow:yyyy-MM-dd}, {Environment.ProcessorCount} cores, "
            )
            .Append(
                CultureInfo.InvariantCulture,
                $".NET {Environment.Version}, Linux {Environment.OSVersion.Version}, "
            )
            .AppendLine(CultureInfo.InvariantCulture, $"load average before the run {load}.")
            .AppendLine()
            .AppendLine(
                "| run | k/s | CPU s per million | against the first row | delivery p50, p99 | reply p50, p99 | B per connection | RSS MB | goal: ratio to it |"
            )
            .AppendLine("|---|---|---|---|---|---|---|---|---|");
    }

    public void Add(LoadRow row, IEnumerable<Goal> goals)
    {
        first ??= row;
        string[] cells =
        [
            row.Problem is null ? row.Name : $"{row.Name} (WRONG: {row.Problem})",
            Number(row.PerSecond / 1000, "0.0"),
            Number(row.CpuSecondsPerMillion, "0.00"),
            Number(row.CpuSecondsPerMillion / first.CpuSecondsPerMillion, "0.00"),
            Pair(row.DeliveryP50, row.DeliveryP99),
            Pair(row.ReplyP50, row.ReplyP99),
            Number(row.BytesPerConnection, "#,0"),
            Number(row.ResidentMegabytes, "0"),
            string.Join("<br>", goals.Select(goal => goal.Judge(row))),
        ];
        text.AppendLine($"| {string.Join(" | ", cells)} |");
    }

    /// <summary>The document around the table: before the run, so that a wrong path costs nothing.</summary>
    public static (string Before, string After) Split(string path)
    {
        string document = File.Exists(path) ? File.ReadAllText(path) : "";
        int begin = document.IndexOf(Begin, StringComparison.Ordinal);
        int end = document.IndexOf(End, StringComparison.Ordinal);
        return begin >= 0 && end > begin
            ? (document[..(begin + Begin.Length)], document[end..])
            : throw new LoadException(
                $"{Path.GetFullPath(path)} has no place for the table ({Begin} and {End})"
            );
    }

    public override string ToString() => text.ToString();

    private static string Number(double? value, string format) =>
        value?.ToString(format, CultureInfo.InvariantCulture) ?? "";

    private static string Pair(double? p50, double? p99) =>
        p50 is null ? "" : $"{LoadRow.Time(p50)}, {LoadRow.Time(p99)}";
}
