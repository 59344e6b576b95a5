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

    /// <summary>Runs a command, and reports what the machine, the configuration or a server has against it.</summary>
    public static async Task<int> GuardAsync(Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (CommandFailedException exception)
        {
            return Report(exception.ExitCode, exception.Problems);
        }
        catch (Exception exception) when (ConfigurationError.Problems(exception) is { } problems)
        {
            return Report(ExitCode.Configuration, problems);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Report(ExitCode.Failure, exception.Message);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Failure;
        }
    }
}
