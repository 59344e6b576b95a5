using PushBridge.Benchmarks.Load.Clients;

namespace PushBridge.Benchmarks.Load.Publishing;

/// <summary>
/// Pushes one message to every client, again for as long as the answer is <c>fail</c>: after it the server knows all
/// their uids, and each client has had exactly one message.
/// </summary>
internal sealed class Settling : IClientEvents
{
    private const int Window = 256;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly LoadLoop _loop;
    private readonly Publisher _publisher;
    private readonly Queue<int> _open = new();
    private readonly Queue<int> _asked = new();
    private readonly bool[] _reached;
    private int _reachedCount;

    private Settling(LoadLoop loop, Publisher publisher)
    {
        _loop = loop;
        _publisher = publisher;
        _reached = new bool[loop.Clients.Count];
        for (var client = 0; client < loop.Clients.Count; client++)
            _open.Enqueue(client);
    }

    public static void Run(LoadLoop loop, Publisher publisher) =>
        new Settling(loop, publisher).Run();

    public void Message(int client, ReadOnlySpan<byte> payload, long timestamp)
    {
        if (_reached[client])
            throw new LoadException($"client {RawClients.Uid(client)} got its first message twice");
        _reached[client] = true;
        _reachedCount++;
    }

    private void Run()
    {
        _loop.Clients.Events = this;
        _publisher.Replied = Replied;
        _loop.Until(
            Pushed,
            Deadline,
            () => $"only {_reachedCount} of {_loop.Clients.Count} clients could be reached"
        );
        _loop.Clients.Events = IClientEvents.None;
        _publisher.Replied = (_, _) => { };
    }

    private void Replied(bool ok, long now)
    {
        var client = _asked.Dequeue();
        if (!ok)
            _open.Enqueue(client);
    }

    private bool Pushed()
    {
        while (_publisher.InFlight < Window && _open.TryDequeue(out var client))
        {
            var line = _publisher.NextLine("""{"uid":"00000","ready":true}""".Length);
            "{\"uid\":\""u8.CopyTo(line);
            _ = client.TryFormat(line[8..], out _, "D5");
            "\",\"ready\":true}"u8.CopyTo(line[13..]);
            _asked.Enqueue(client);
        }
        _publisher.Flush();
        return _reachedCount == _reached.Length && _publisher.InFlight == 0;
    }
}
