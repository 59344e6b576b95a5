namespace PushBridge.Backplane;

/// <summary>No other nodes, no broker, no cost.</summary>
internal sealed class SingleNodeBackplane : IBackplane
{
    public bool IsShared => false;

    public BackplaneState State => BackplaneState.Alone;

    public IReadOnlyCollection<Peer> Peers => [];

    public NodeCommandHandler? Handler
    {
        set
        {
            // Nobody ever sends anything.
        }
    }

    public void Hold(Topic topic, bool isHeld)
    {
        // Nobody else to tell.
    }

    public Task WhenHeldAsync(Topic topic) => Task.CompletedTask;

    public Task<NodesReply> Send(Topic topic, ReadOnlySpan<byte> command, Expect expect) =>
        NodesReply.NobodyAtOnce;

    public ValueTask<SharedId> ClaimIdAsync(UInt128 id) => ValueTask.FromResult(SharedId.Mine);

    public void SettleId(UInt128 id, int? connections)
    {
        // What this node remembers is all there is.
    }

    public Task LeaveAsync() => Task.CompletedTask;
}
