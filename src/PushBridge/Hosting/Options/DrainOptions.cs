using System.ComponentModel.DataAnnotations;

namespace PushBridge.Hosting.Options;

/// <summary>The orderly end on SIGTERM. Section <c>PushBridge:Drain</c>.</summary>
public sealed class DrainOptions
{
    internal const string Section = "PushBridge:Drain";

    /// <summary>Time for queued messages to leave before clients are told to go. Default 3 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan FlushTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Time for clients to take their close message and hang up. Default 1.5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan CloseTimeout { get; set; } = TimeSpan.FromSeconds(1.5);
}
