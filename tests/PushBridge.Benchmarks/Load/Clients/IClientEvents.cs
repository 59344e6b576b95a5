namespace PushBridge.Benchmarks.Load.Clients;

/// <summary>What happens to the clients; each phase of a run listens for its own purpose.</summary>
internal interface IClientEvents
{
    static IClientEvents None { get; } = new Ignore();

    void Opened(int client) { }

    void Message(int client, ReadOnlySpan<byte> payload, long timestamp) { }

    /// <summary>The connection is gone; nobody should close it who was not asked to.</summary>
    /// <param name="client">The client's number.</param>
    /// <param name="code">The close code, 1005 without one, 0 when the connection just ended.</param>
    /// <param name="expected">Whether the client had asked for it.</param>
    void Closed(int client, int code, bool expected)
    {
        if (!expected)
        {
            throw new LoadException(
                $"client {RawClients.Uid(client)} was closed by the server (code {code})"
            );
        }
    }

    private sealed class Ignore : IClientEvents;
}
