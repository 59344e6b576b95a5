namespace PushBridge.Server.CommandLine;

/// <summary>What the process tells its caller (sysexits.h where there is a number for it).</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>An address could not be listened on, or the server failed.</summary>
    public const int Failure = 1;

    /// <summary>The configuration is wrong (EX_CONFIG).</summary>
    public const int Configuration = 78;
}
