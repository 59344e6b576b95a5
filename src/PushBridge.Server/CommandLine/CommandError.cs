namespace PushBridge.Server.CommandLine;

/// <summary>What went wrong, one line a problem on standard error.</summary>
internal static class CommandError
{
    /// <returns>The exit code, for the caller to end with.</returns>
    public static int Report(int exitCode, params IEnumerable<string> problems)
    {
        foreach (string problem in problems)
        {
            Console.Error.WriteLine($"pushbridge: {problem}");
        }
        return exitCode;
    }
}
