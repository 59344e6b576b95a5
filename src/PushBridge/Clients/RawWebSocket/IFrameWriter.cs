using PushBridge.Connections;

namespace PushBridge.Clients.RawWebSocket;

/// <summary>Writes the frames of a raw WebSocket connection.</summary>
internal interface IFrameWriter : IOutboundWriter
{
    /// <summary>Ends our direction behind the last frame, so that the peer sees the end of the stream; false where that cannot be done.</summary>
    bool CompleteSending();
}
