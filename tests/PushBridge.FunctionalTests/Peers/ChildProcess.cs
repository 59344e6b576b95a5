using System.Diagnostics;

namespace PushBridge.FunctionalTests.Peers;

/// <summary>What a program that ran to its end left behind.</summary>
internal sealed record ProgramResult(int ExitCode, string Output, string Errors);

/// <summary>Runs a real program to its end, with a deadline and nothing on its standard input.</summary>
internal static class ChildProcess
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>The program's path. Where it is missing, the test is skipped, or fails under CI: there it must be installed.</summary>
    public static string Locate(string variable, string usual)
    {
        var path = Environment.GetEnvironmentVariable(variable) is { Length: > 0 } named
            ? named
            : usual;
        if (!File.Exists(path))
        {
            var reason = $"{path} is not installed ({variable} names another path)";
            if (
                string.Equals(
                    Environment.GetEnvironmentVariable("CI"),
                    "true",
                    StringComparison.OrdinalIgnoreCase
                )
            )
            {
                Assert.Fail(reason);
            }

            Assert.Skip(reason);
        }

        return path;
    }

    public static async Task<ProgramResult> RunAsync(
        string program,
        IEnumerable<string> arguments,
        params IEnumerable<(string Name, string Value)> environment
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        using var deadline = new CancellationTokenSource(Deadline);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var errors = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            return new ProgramResult(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException late)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException(
                $"{program} was still running after {Deadline.TotalSeconds} s",
                late
            );
        }
    }
}
