using System.ComponentModel.DataAnnotations;

namespace PushBridge.Hosting.Options;

/// <summary>Commands with an id, which are executed once however often they come. Section <c>PushBridge:Ids</c>.</summary>
public sealed class IdOptions
{
    internal const string Section = "PushBridge:Ids";

    /// <summary>Ids remembered for their five minutes, about 150 bytes each; when there are more, the oldest are forgotten early, and a repeat of one of these is executed again. 1 to 10,000,000, default 100,000.</summary>
    [Range(1, 10_000_000)]
    public int MaxRemembered { get; set; } = 100_000;
}
