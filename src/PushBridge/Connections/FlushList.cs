namespace PushBridge.Connections;

/// <summary>
/// The connections that a batch of commands has put messages into and that must be flushed once it is done: several frames
/// for one client then leave in one send. Not thread-safe: one for each source of commands.
/// </summary>
internal sealed class FlushList
{
    private ClientConnection[] connections = [];
    private int count;

    public void Add(ClientConnection connection)
    {
        if (count == connections.Length)
        {
            Array.Resize(ref connections, Math.Max(16, count * 2));
        }
        connections[count++] = connection;
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
