using System.ComponentModel.DataAnnotations;

namespace PushBridge.Hosting.Options;

/// <summary>The orderly end on SIGTERM. Section <c>PushBridge:Drain</c>.</summary>
public sealed class DrainOptions
{
    internal const string Section = "PushBridge:Drain";

    /// <summary>
    /// How long the server goes on as ever after SIGTERM while its readiness check says that it ends, so that a load balancer sends nobody new by the time its ports
    /// close. Comes on top of the times below. Default 0: there is none.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan Delay { get; set; }

    /// <summary>Time for queued messages to leave before clients are told to go. Default 3 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan FlushTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Time for clients to take their close message and hang up. Default 1.5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan CloseTimeout { get; set; } = TimeSpan.FromSeconds(1.5);

    /// <summary>The longest that a drain may take.</summary>
    internal TimeSpan Total => Delay + FlushTimeout + CloseTimeout;
}
