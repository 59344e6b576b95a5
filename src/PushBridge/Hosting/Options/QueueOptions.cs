using System.ComponentModel.DataAnnotations;

namespace PushBridge.Hosting.Options;

/// <summary>The outbound queue of each client connection. Section <c>PushBridge:Queue</c>.</summary>
public sealed class QueueOptions
{
    internal const string Section = "PushBridge:Queue";

    /// <summary>Bytes that may wait behind a write in flight; the client that has more is a slow consumer and is cut (4428). 4,096 to 1,073,741,824, default 1 MiB.</summary>
    [Range(4_096, 1_073_741_824)]
    public int MaxBytes { get; set; } = 1_048_576;

    /// <summary>How long the oldest message may wait before its client is cut (4428). Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromSeconds(10);
}
