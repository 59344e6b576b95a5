using System.ComponentModel.DataAnnotations;

namespace PushBridge.Hosting.Options;

/// <summary>The text port: backends write one JSON command a line. Section <c>PushBridge:Text</c>.</summary>
public sealed class TextOptions
{
    internal const string Section = "PushBridge:Text";

    /// <summary>Address and port; port 0 takes a free one. Default 127.0.0.1:5678.</summary>
    [Required, ListenAddress]
    public string Listen { get; set; } = "127.0.0.1:5678";

    /// <summary>Longest line in bytes, without its line end; a longer one gets <c>fail</c> and a close. 256 to 67,108,864, default 1 MiB.</summary>
    [Range(256, 67_108_864)]
    public int MaxLineBytes { get; set; } = 1_048_576;

    /// <summary>Replies kept for a backend that does not read them; beyond, its replies are no longer written. Default 1 MiB.</summary>
    [Range(1_024, 67_108_864)]
    public int MaxPendingReplyBytes { get; set; } = 1_048_576;

    /// <summary>Backends served by a thread of their own, which costs a tenth of the thread pool's CPU at modest rates; further ones are served asynchronously. 0 to 256, default 16.</summary>
    [Range(0, 256)]
    public int DedicatedThreads { get; set; } = 16;

    /// <summary>Backend connections at once; above it a new one is closed at once. 1 to 100,000, default 1,024.</summary>
    [Range(1, 100_000)]
    public int MaxConnections { get; set; } = 1_024;
}
