using PushBridge.Hosting.Listeners;

namespace PushBridge.Backends.Text;

/// <summary>Opens text listeners, and ends what is left of all of them.</summary>
internal sealed class TextListeners(TextServices services) : IListenerOpener
{
    private static readonly TimeSpan DismissTimeout = TimeSpan.FromSeconds(1.5);

    public bool Speaks(ListenerProtocol protocol) => protocol == ListenerProtocol.Text;

    public Task<IOpenListener> OpenAsync(ListenerPlan plan) =>
        Task.FromResult<IOpenListener>(TextListener.Open(services, plan));

    /// <summary>Executes what has arrived from any backend, answers it, and waits until all are gone.</summary>
    public Task DismissAllAsync(CancellationToken cancellation) =>
        DismissAsync(services, _ => true, cancellation);

    /// <summary>The same for those that are meant.</summary>
    public static async Task DismissAsync(
        TextServices services,
        Func<TextPlace, bool> isMeant,
        CancellationToken cancellation
    )
    {
        KeyValuePair<TextPlace, Task>[] meant =
        [
            .. services.Taken.Where(taken => isMeant(taken.Key)),
        ];
        foreach ((TextPlace place, _) in meant)
        {
            place.Stop();
        }
        try
        {
            await Task.WhenAll(meant.Select(taken => taken.Value))
                .WaitAsync(DismissTimeout, Ending.Time, cancellation);
        }
        catch (Exception exception)
            when (exception is TimeoutException or OperationCanceledException)
        {
            // A backend that does not take its replies; we go on without it.
        }
    }
}
