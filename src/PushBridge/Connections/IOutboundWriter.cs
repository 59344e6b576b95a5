namespace PushBridge.Connections;

/// <summary>How one kind of connection puts queued messages on its wire.</summary>
internal interface IOutboundWriter
{
    /// <summary>
    /// Takes at least one message from the queue and writes it. Called by one caller at a time, never under the queue's lock.
    /// Completes with false when the connection is broken; what was taken is then lost with it.
    /// </summary>
    ValueTask<bool> WriteAsync(OutboundQueue queue);
}
