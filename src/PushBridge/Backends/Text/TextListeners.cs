using PushBridge.Hosting.Listeners;

namespace PushBridge.Backends.Text;

/// <summary>Opens text listeners, and ends what is left of all of them.</summary>
internal sealed class TextListeners(TextServices services) : IListenerOpener
{
    public bool Speaks(ListenerProtocol protocol) => protocol == ListenerProtocol.Text;

    public Task<IOpenListener> OpenAsync(ListenerPlan plan) =>
        Task.FromResult<IOpenListener>(TextListener.Open(services, plan));

    /// <summary>Executes what has arrived from any backend, answers it, and waits until all are gone.</summary>
    public Task DismissAllAsync(CancellationToken cancellation) =>
        TextListener.DismissAsync(services, _ => true, cancellation);
}
