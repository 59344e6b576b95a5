using System.Reflection;
using System.Text.Json;
using PushBridge.Connections;

namespace PushBridge.Backplane.Redis;

/// <summary>
/// Says hello to everybody once a second. It is also the sign of life of this node's own connection: what is published by one half of it must come back
/// by the other.
/// </summary>
internal sealed class RedisPresence(
    RedisNode node,
    RedisChannels channels,
    ConnectionRegistry registry,
    CoarseClock clock,
    BackplaneMetrics metrics,
    TimeProvider time
)
{
    private static readonly string Version = typeof(RedisPresence)
        .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
        .InformationalVersion;

    private readonly Lock gate = new();
    private int generation;
    private ulong last;
    private long sentAt;
    private long heardAt;

    /// <summary>For how long nothing has come back.</summary>
    public TimeSpan Silence => time.GetElapsedTime(Volatile.Read(ref heardAt));

    /// <summary>A new connection begins; returns its channels to be subscribed last of all.</summary>
    public string[] Restart()
    {
        generation++;
        Volatile.Write(ref heardAt, time.GetTimestamp());
        return channels.OfReady(node.Id, generation);
    }

    /// <summary>Returns how many nodes got it, this one included.</summary>
    public Task<long> SayAsync(RedisLink link, EnvelopeKind kind)
    {
        Peer me = new(
            node.Id,
            Environment.MachineName,
            Version,
            generation,
            registry.Total,
            registry.Uids,
            Math.Round(clock.Now / 1000.0, 1)
        );
        ulong number = Interlocked.Increment(ref last);
        Volatile.Write(ref sentAt, time.GetTimestamp());
        lock (gate)
        {
            return node.HasLeft
                ? Task.FromResult(0L)
                : link.PublishAsync(
                    channels.Of(Topic.Everybody),
                    Envelope.Seal(kind, node.Id, number, JsonSerializer.SerializeToUtf8Bytes(me))
                );
        }
    }

    /// <summary>
    /// Says goodbye, and no hello after it. What others still send is heard: who is connected here gets it until he is told to go.
    /// </summary>
    public Task LeaveAsync()
    {
        lock (gate)
        {
            node.HasLeft = true;
            return node.Usable is { } link
                ? link.PublishAsync(
                    channels.Of(Topic.Everybody),
                    Envelope.Seal(EnvelopeKind.Bye, node.Id, 0, default)
                )
                : Task.CompletedTask;
        }
    }

    /// <summary>One of our own has come back.</summary>
    public void Heard(ulong number)
    {
        Volatile.Write(ref heardAt, time.GetTimestamp());
        if (number == Volatile.Read(ref last))
        {
            metrics.Latency(time.GetElapsedTime(Volatile.Read(ref sentAt)));
        }
    }
}
