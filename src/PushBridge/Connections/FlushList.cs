namespace PushBridge.Connections;

/// <summary>
/// The connections that a batch of commands has put messages into and that must be flushed once it is done: several frames
/// for one client then leave in one send. Not thread-safe: one for each source of commands.
/// </summary>
internal sealed class FlushList
{
    private ClientConnection[] connections = [];
    private int count;
    private long messages;
    private long deliveries;

    public bool IsEmpty => count == 0;

    public void Add(ClientConnection connection)
    {
        if (count == connections.Length)
        {
            Array.Resize(ref connections, Math.Max(16, count * 2));
        }
        connections[count++] = connection;
    }

    /// <summary>Counts a message that so many connections took.</summary>
    public void Sent(int accepted)
    {
        messages += accepted > 0 ? 1 : 0;
        deliveries += accepted;
    }

    /// <summary>Adds what was counted since the last time to the server's count: once for a batch, not for every message.</summary>
    public void Report(ServerMetrics metrics)
    {
        if (messages > 0)
        {
            metrics.Delivered(messages, deliveries);
            messages = deliveries = 0;
        }
    }

    public void Flush()
    {
        for (int i = 0; i < count; i++)
        {
            connections[i].Flush();
            connections[i] = null!;
        }
        count = 0;
    }
}
