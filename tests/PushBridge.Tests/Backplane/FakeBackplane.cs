using PushBridge.Backplane;
using PushBridge.Commands;

namespace PushBridge.Tests.Backplane;

/// <summary>Other nodes that answer what a test says, when it says so.</summary>
internal sealed class FakeBackplane : IBackplane
{
    public List<(Topic Topic, Expect Expect, string Payload)> Sent { get; } = [];

    /// <summary>What is answered to everything; a test may leave it open.</summary>
    public Func<Topic, Task<NodesReply>> Reply { get; set; } = _ => NodesReply.NobodyAtOnce;

    public SharedIdState Ids { get; set; } = SharedIdState.Mine;

    /// <summary>When a claim of an id is decided; at once where a test does not say.</summary>
    public Task? Claiming { get; set; }

    public List<(UInt128 Id, int? Connections)> Settled { get; } = [];

    public Task Held { get; set; } = Task.CompletedTask;

    public bool IsShared => true;

    public BackplaneState State => BackplaneState.Available;

    public IReadOnlyCollection<Peer> Peers => [];

    public NodeCommandHandler? Handler { get; set; }

    public void Hold(Topic topic, bool isHeld)
    {
        // Nobody listens.
    }

    public Task WhenHeldAsync(Topic topic) => Held;

    public Task<NodesReply> Send(Topic topic, ReadOnlySpan<byte> command, Expect expect)
    {
        Command sent = new();
        NodeEnvelope.TryRead(command, sent, out _).Should().BeTrue();
        Sent.Add((topic, expect, System.Text.Encoding.UTF8.GetString(command[sent.Payload])));
        return Reply(topic);
    }

    public async ValueTask<SharedId> ClaimIdAsync(UInt128 id)
    {
        await (Claiming ?? Task.CompletedTask);
        await Task.Yield();
        return new SharedId(Ids, 7);
    }

    public void SettleId(UInt128 id, int? connections) => Settled.Add((id, connections));

    public Task LeaveAsync() => Task.CompletedTask;
}
