using System.Globalization;

namespace PushBridge.Server.CommandLine;

/// <summary>Numbers as people read them.</summary>
internal static class Figures
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB"];

    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    public static string Bytes(double bytes)
    {
        int unit = 0;
        while (bytes >= 1000 && unit < Units.Length - 1)
        {
            bytes /= 1000;
            unit++;
        }
        return string.Create(CultureInfo.InvariantCulture, $"{bytes:0.#} {Units[unit]}");
    }

    /// <summary>The two largest units, such as <c>3 d 4 h</c>.</summary>
    public static string Time(double seconds)
    {
        TimeSpan time = TimeSpan.FromSeconds(seconds);
        return time switch
        {
            { TotalDays: >= 1 } => $"{time.Days} d {time.Hours} h",
            { TotalHours: >= 1 } => $"{time.Hours} h {time.Minutes} m",
            { TotalMinutes: >= 1 } => $"{time.Minutes} m {time.Seconds} s",
            _ => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.#} s"),
        };
    }
}
