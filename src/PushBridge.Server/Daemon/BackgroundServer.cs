using System.Diagnostics;
using System.Globalization;
using PushBridge.Server.CommandLine;

namespace PushBridge.Server.Daemon;

/// <summary>Starts and stops the server that a pid file stands for, and waits until that has happened.</summary>
internal sealed class BackgroundServer(PidFile file, TimeProvider time)
{
    private const int MaxLines = 20;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(25);

    /// <summary>Returns when the server listens on all its ports.</summary>
    /// <exception cref="CommandFailedException">It ended instead, or it took too long and was killed.</exception>
    public async Task<ServerRecord> StartAsync(
        IEnumerable<string> arguments,
        string log,
        TimeSpan timeout,
        CancellationToken cancellation
    )
    {
        if (await file.ReadAsync() is { } running)
        {
            throw new AlreadyRunningException(running, file.Path);
        }
        using DetachedProcess process = DetachedProcess.Launch(arguments, log);
        long started = time.GetTimestamp();
        while (true)
        {
            if (process.ExitCode is { } exitCode)
            {
                throw Ended(process, exitCode, log);
            }
            if (
                await file.ReadAsync() is { HasStarted: true } server
                && server.ProcessId == process.Id
            )
            {
                return server;
            }
            if (cancellation.IsCancellationRequested || time.GetElapsedTime(started) > timeout)
            {
                process.Kill();
                throw new CommandFailedException(
                    ExitCode.Failure,
                    [
                        $"not ready within {Seconds(timeout)} and therefore ended again; {log} may say why",
                    ]
                );
            }
            await Task.Delay(Poll, time, CancellationToken.None);
        }
    }

    /// <summary>Tells the server to drain and to end, and returns when its process is gone; false when it is still there after the time-out.</summary>
    public async Task<bool> StopAsync(
        ServerRecord server,
        TimeSpan timeout,
        CancellationToken cancellation
    )
    {
        long started = time.GetTimestamp();
        Terminate(server);
        while (server.IsAlive)
        {
            if (time.GetElapsedTime(started) > timeout)
            {
                return false;
            }
            await Task.Delay(Poll, time, cancellation);
        }
        return true;
    }

    public static string Seconds(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s");

    private static void Terminate(ServerRecord server)
    {
        // The shell has kill built in; there may be no program of that name.
        ProcessStartInfo info = new(
            "/bin/sh",
            ["-c", "kill -TERM \"$0\"", server.ProcessId.ToString(CultureInfo.InvariantCulture)]
        )
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        };
        using Process kill = Process.Start(info)!;
        string problem = kill.StandardError.ReadToEnd();
        kill.WaitForExit();
        if (kill.ExitCode != 0 && server.IsAlive)
        {
            throw new CommandFailedException(
                ExitCode.Failure,
                [$"process {server.ProcessId} cannot be told to stop: {problem.Trim()}"]
            );
        }
    }

    /// <summary>What the server said about its end, which is its own lines of complaint, or the last ones of any kind.</summary>
    private static CommandFailedException Ended(DetachedProcess process, int exitCode, string log)
    {
        const string mark = "pushbridge: ";
        string[] lines = process.ReadLog().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] complaints =
        [
            .. lines
                .Where(line => line.StartsWith(mark, StringComparison.Ordinal))
                .Select(line => line[mark.Length..]),
        ];
        return new CommandFailedException(
            exitCode == ExitCode.Success ? ExitCode.Failure : exitCode,
            complaints.Length > 0
                ? complaints
                :
                [
                    $"the server ended before it was ready; {log} ends so:",
                    .. lines.TakeLast(MaxLines),
                ]
        );
    }
}
