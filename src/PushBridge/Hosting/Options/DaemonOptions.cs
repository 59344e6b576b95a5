namespace PushBridge.Hosting.Options;

/// <summary>A server in the background. For the executable; an embedding application has no use for it. Section <c>PushBridge:Daemon</c>.</summary>
internal sealed class DaemonOptions
{
    internal const string Section = "PushBridge:Daemon";

    /// <summary>
    /// File in which the running server leaves its process id, in the first line, and its addresses. Empty, the default: <c>pushbridge start</c> takes a
    /// place of its own for each configuration file, <c>pushbridge serve</c> leaves none.
    /// </summary>
    public string? PidFile { get; set; }

    /// <summary>File to which <c>pushbridge start -d</c> appends what the server prints. Empty, the default: beside the pid file.</summary>
    public string? LogFile { get; set; }
}
