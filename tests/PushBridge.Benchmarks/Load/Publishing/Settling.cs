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

    private readonly LoadLoop loop;
    private readonly Publisher publisher;
    private readonly Queue<int> open = new();
    private readonly Queue<int> asked = new();
    private readonly bool[] reached;
    private int reachedCount;

    private Settling(LoadLoop loop, Publisher publisher)
    {
        this.loop = loop;
        this.publisher = publisher;
        reached = new bool[loop.Clients.Count];
        for (int client = 0; client < loop.Clients.Count; client++)
        {
            open.Enqueue(client);
        }
    }

    public static void Run(LoadLoop loop, Publisher publisher) =>
        new Settling(loop, publisher).Run();

    public void Message(int client, ReadOnlySpan<byte> payload, long timestamp)
    {
        if (reached[client])
        {
            throw new LoadException($"client {RawClients.Uid(client)} got its first message twice");
        }
        reached[client] = true;
        reachedCount++;
    }

    private void Run()
    {
        loop.Clients.Events = this;
        publisher.Replied = Replied;
        loop.Until(
            Pushed,
            Deadline,
            () => $"only {reachedCount} of {loop.Clients.Count} clients could be reached"
        );
        loop.Clients.Events = IClientEvents.None;
        publisher.Replied = (_, _) => { };
    }

    private void Replied(bool ok, long now)
    {
        int client = asked.Dequeue();
        if (!ok)
        {
            open.Enqueue(client);
        }
    }

    private bool Pushed()
    {
        while (publisher.InFlight < Window && open.TryDequeue(out int client))
        {
            Span<byte> line = publisher.NextLine("""{"uid":"00000","ready":true}""".Length);
            "{\"uid\":\""u8.CopyTo(line);
            _ = client.TryFormat(line[8..], out _, "D5");
            "\",\"ready\":true}"u8.CopyTo(line[13..]);
            asked.Enqueue(client);
        }
        publisher.Flush();
        return reachedCount == reached.Length && publisher.InFlight == 0;
    }
}
