namespace PushBridge.Server.CommandLine;

/// <summary>What the process tells its caller (sysexits.h and the init script conventions where they have a number for it).</summary>
internal static class ExitCode
{
    public const int Success = 0;

    public const int Failure = 1;

    public const int NotRunning = 3;

    /// <summary>EX_CONFIG.</summary>
    public const int Configuration = 78;

    public static IReadOnlyList<(int Code, string Meaning)> Meanings { get; } =
    [
        (Success, "done"),
        (Failure, "failed; standard error says why"),
        (NotRunning, "there is no server running, or none that answers"),
        (Configuration, "the configuration is wrong; every problem has its line"),
    ];
}
