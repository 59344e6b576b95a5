namespace PushBridge.Hosting.Options;

/// <summary>The server as a whole. Section <c>PushBridge</c>.</summary>
public sealed class ServerOptions
{
    internal const string Section = "PushBridge";

    /// <summary>
    /// Starts although strangers could push, or be whoever they say they are: a listener that other machines reach, without what keeps them
    /// out. Says so in the log again and again. Default false.
    /// </summary>
    public bool Insecure { get; set; }
}
