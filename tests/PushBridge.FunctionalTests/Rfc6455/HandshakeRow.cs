using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Rfc6455;

/// <summary>One handshake: how it differs from a correct one, and the statuses that are right for it.</summary>
internal sealed record HandshakeRow(
    string Name,
    Func<WebSocketPeerRequest, WebSocketPeerRequest> Shape,
    params int[] Statuses
)
{
    /// <summary>A header the answer must have, as <c>(name, value)</c>.</summary>
    internal (string Name, string Value)? Demands { get; init; }
}
