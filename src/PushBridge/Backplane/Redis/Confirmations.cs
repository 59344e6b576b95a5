namespace PushBridge.Backplane.Redis;

/// <summary>
/// Ends requests that came back with everything: nobody was missed if every node that was known before is still subscribed as it was.
/// Those that come while one such question is under way share the next, so that it costs little however many ask.
/// </summary>
internal sealed class Confirmations(RedisNode node)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private List<Request> waiting = [];
    private bool isAsking;

    public void Confirm(Request request)
    {
        if (!node.IsRestored)
        {
            request.End(isComplete: false);
            return;
        }
        if (node.Peers.Count == 0)
        {
            request.End(isComplete: true);
            return;
        }
        lock (gate)
        {
            waiting.Add(request);
            if (isAsking)
            {
                return;
            }
            isAsking = true;
        }
        _ = AskAsync();
    }

    private async Task AskAsync()
    {
        while (Next() is { } batch)
        {
            bool isComplete = await AreAllThereAsync();
            foreach (Request request in batch)
            {
                // Its receivers include this node itself.
                request.End(
                    isComplete && (!request.IsForEverybody || request.Receivers > node.Peers.Count)
                );
            }
        }
    }

    private List<Request>? Next()
    {
        lock (gate)
        {
            List<Request> batch = waiting;
            isAsking = batch.Count > 0;
            waiting = [];
            return isAsking ? batch : null;
        }
    }

    private async Task<bool> AreAllThereAsync()
    {
        try
        {
            return node.Usable is { } link
                && await link.AreSubscribedAsync(node.ReadyChannels).WaitAsync(Patience)
                && node.IsRestored;
        }
        catch (Exception)
        {
            // Whatever it is: who asks next must not wait for this one for ever.
            return false;
        }
    }
}
