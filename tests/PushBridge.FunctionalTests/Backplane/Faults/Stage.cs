namespace PushBridge.FunctionalTests.Backplane.Faults;

/// <summary>A cluster that several kinds of fault have in common, one after the other; started when the first needs it.</summary>
internal sealed class Stage(params string[] nodes) : IAsyncDisposable
{
    private readonly SemaphoreSlim turn = new(1);
    private Cluster? cluster;

    public async Task<Verdict> PlayAsync(Func<Cluster, Task<Verdict>> play)
    {
        await turn.WaitAsync();
        try
        {
            cluster ??= await Cluster.StartAsync(nodes);
            return await play(cluster);
        }
        catch
        {
            // What a failure leaves behind is not for the next.
            await CloseAsync();
            throw;
        }
        finally
        {
            turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await turn.WaitAsync();
        await CloseAsync();
    }

    private async Task CloseAsync()
    {
        if (cluster is { } open)
        {
            cluster = null;
            await open.DisposeAsync();
        }
    }
}
