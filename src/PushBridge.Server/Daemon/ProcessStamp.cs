using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace PushBridge.Server.Daemon;

/// <summary>Tells a process from every other that has had its number or will have it: when it began, and since which start of the machine.</summary>
internal static class ProcessStamp
{
    private const string BootFile = "/proc/sys/kernel/random/boot_id";

    /// <summary>Where, behind a process's name in its stat file, its state and its start are (proc(5), fields 3 and 22).</summary>
    private const int State = 0;
    private const int Start = 19;

    /// <summary>Null when there is no such process, or when it has ended and only waits to be collected.</summary>
    public static string? Of(int processId) =>
        OperatingSystem.IsLinux() ? OfLinux(processId) : Elsewhere(processId);

    /// <summary>The stamp in a line of /proc/PID/stat; null for a process that has ended.</summary>
    internal static string? Parse(string stat, string boot)
    {
        // The name, in parentheses, may hold anything.
        string[] fields = stat[(stat.LastIndexOf(')') + 1)..]
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > Start && fields[State] is not ("Z" or "X")
            ? $"{fields[Start]}@{boot}"
            : null;
    }

    private static string? OfLinux(int processId)
    {
        try
        {
            return Parse(
                File.ReadAllText(
                    string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat")
                ),
                File.ReadAllText(BootFile).Trim()
            );
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? Elsewhere(int processId)
    {
        try
        {
            using Process process = Process.GetProcessById(processId);
            return process.StartTime.ToUniversalTime().Ticks.ToString(CultureInfo.InvariantCulture);
        }
        catch (Exception exception)
            when (exception
                    is ArgumentException
                        or InvalidOperationException
                        or Win32Exception
                        or NotSupportedException
            )
        {
            return null;
        }
    }
}
