namespace PushBridge.Backends.Http;

/// <summary>What a document about the API says of one endpoint: a request and the answer that it gets while uid1, a member of news, is connected once.</summary>
/// <param name="Id">The operation's name in generated clients.</param>
/// <param name="Summary">What it is for, in a few words.</param>
/// <param name="Description">What one has to know.</param>
/// <param name="Reply">An answer.</param>
/// <param name="Request">A body that gets it, or null when there is none.</param>
internal sealed record ApiOperation(
    string Id,
    string Summary,
    string Description,
    string Reply,
    string? Request = null
)
{
    /// <summary>Whether requests and answers are lines of JSON.</summary>
    public bool IsStream { get; init; }
}
