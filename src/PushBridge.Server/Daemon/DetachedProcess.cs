using System.Diagnostics;

namespace PushBridge.Server.Daemon;

/// <summary>This program once more, in the background: in a session of its own, so that no terminal ends it, and with a log for what it prints.</summary>
internal sealed class DetachedProcess : IDisposable
{
    private const string Shell = "/bin/sh";
    private const string Script = """
        log=$1; shift
        trap '' HUP
        exec </dev/null >>"$log" 2>&1
        if command -v setsid >/dev/null 2>&1; then exec setsid "$@"; fi
        exec "$@"
        """;

    private readonly Process process;
    private readonly string log;
    private readonly long logStart;

    private DetachedProcess(Process process, string log, long logStart)
    {
        this.process = process;
        this.log = log;
        this.logStart = logStart;
    }

    public int Id => process.Id;

    /// <summary>Null while it runs.</summary>
    public int? ExitCode => process.HasExited ? process.ExitCode : null;

    /// <exception cref="IOException">The log cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it be.</exception>
    public static DetachedProcess Launch(IEnumerable<string> arguments, string log)
    {
        if (Path.GetDirectoryName(log) is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(folder);
        }
        long start;
        using (FileStream file = new(log, FileMode.Append, FileAccess.Write, FileShare.ReadWrite))
        {
            start = file.Position;
        }
        ProcessStartInfo info = new(
            Shell,
            ["-c", Script, Shell, log, .. ThisProgram(), .. arguments]
        )
        {
            UseShellExecute = false,
        };
        return new DetachedProcess(Process.Start(info)!, log, start);
    }

    /// <summary>What it has printed so far.</summary>
    public string ReadLog()
    {
        using FileStream file = new(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Position = Math.Min(logStart, file.Length);
        using StreamReader reader = new(file);
        return reader.ReadToEnd();
    }

    public void Kill() => process.Kill();

    public void Dispose() => process.Dispose();

    /// <summary>The program itself, or the .NET host with the program's file.</summary>
    private static string[] ThisProgram()
    {
        string path = Environment.ProcessPath!;
        return Path.GetFileNameWithoutExtension(path) == "dotnet"
            ? [path, typeof(DetachedProcess).Assembly.Location]
            : [path];
    }
}
