namespace PushBridge.Server;

/// <summary>A command cannot do what it was asked to, for reasons that are not the program's; a line for each.</summary>
internal sealed class CommandFailedException(int exitCode, params IReadOnlyList<string> problems)
    : Exception(problems[0])
{
    public int ExitCode => exitCode;

    public IReadOnlyList<string> Problems => problems;
}
