using System.Net;
using Microsoft.Extensions.Options;
using PushBridge.Connections;
using PushBridge.Security;

namespace PushBridge.Hosting.Listeners;

/// <summary>All listeners that are open, by name. Opening and closing happen one at a time; looking waits for nobody.</summary>
internal sealed class ListenerTable(
    IEnumerable<IListenerOpener> openers,
    Exposure exposure,
    BackendSecrets secrets,
    IOptions<ServerOptions> server,
    AdmissionGate gate,
    ListenerLog log
) : IPushListeners, IDisposable
{
    private readonly IListenerOpener[] openers = [.. openers];
    private readonly SemaphoreSlim changing = new(1);
    private volatile Entry[] entries = [];
    private volatile bool isDisposed;

    public IReadOnlyList<PushListener> All =>
        [
            .. entries
                .OrderBy(entry => entry.Plan.Source != ListenerSource.Start)
                .ThenBy(entry =>
                    entry.Plan.Source == ListenerSource.Start ? entry.Plan.Protocol : default
                )
                .ThenBy(entry => entry.Plan.Name, ListenerName.Comparer)
                .Select(entry => entry.Description),
        ];

    /// <summary>The listener of that name; null when there is none.</summary>
    public IOpenListener? Find(string name) => Named(name)?.Listener;

    public async Task<ListenerResult> OpenAsync(
        string name,
        ListenerOptions options,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(options);
        return ListenerRefusal.Of(name, options)
            ?? await OpenAsync(
                ListenerPlan.Of(name, options, section: null, ListenerSource.Request),
                cancellationToken
            );
    }

    /// <summary>The same for a plan that is valid.</summary>
    public Task<ListenerResult> OpenAsync(
        ListenerPlan plan,
        CancellationToken cancellationToken = default
    ) => OpenAsync(plan, isMove: false, cancellationToken);

    /// <summary>Opens the listener of that name at another address, and closes it where it was; when that fails, nothing has happened. Its connections stay.</summary>
    public Task<ListenerResult> MoveAsync(ListenerPlan plan) =>
        OpenAsync(plan, isMove: true, CancellationToken.None);

    /// <summary>
    /// The names of our listeners that somebody would reach who connects there. The kernel would share a port between two of ours that may share it with other
    /// processes, and give one's connections to the other.
    /// </summary>
    public IEnumerable<string> UsersOf(EndPoint wanted) =>
        entries
            .Where(entry => AddressOverlap.Between(entry.Listener.EndPoint, wanted))
            .Select(entry => entry.Plan.Name);

    /// <summary>Why there may be no such listener, whatever listens there now; null when there may.</summary>
    public string? ProblemOf(ListenerPlan plan) => server.Value.Insecure ? null : Danger(plan);

    private async Task<ListenerResult> OpenAsync(
        ListenerPlan plan,
        bool isMove,
        CancellationToken cancellationToken
    )
    {
        if (isDisposed)
        {
            return ListenerRefusal.Stopping();
        }
        await changing.WaitAsync(cancellationToken);
        try
        {
            Entry? before = isMove ? Configured(plan.Name) : null;
            if (Refuse(plan, before) is { } refusal)
            {
                return refusal;
            }
            ListenerResult result = await OpenNowAsync(plan, before);
            if (result.Ok)
            {
                log.Opened(plan.Name, plan.Protocol, result.Listener!.Listen);
                await LeaveAsync(before);
            }
            return result;
        }
        catch (ListenException exception)
        {
            return ListenerRefusal.Of(exception.Failure, exception.Message);
        }
        catch (CertificateFileException exception)
        {
            return ListenerRefusal.Of(ListenerFailure.Invalid, exception.Message);
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>Opens what the configuration asks for at start.</summary>
    /// <param name="plans">What it asks for.</param>
    /// <param name="hasBanner">Whether the executable itself says where those of every server are.</param>
    /// <exception cref="ListenException">An address cannot be listened on.</exception>
    public async Task OpenAllAsync(IEnumerable<ListenerPlan> plans, bool hasBanner)
    {
        await changing.WaitAsync();
        try
        {
            foreach (ListenerPlan plan in plans)
            {
                await OpenAtStartAsync(plan, hasBanner);
            }
        }
        catch
        {
            // Whoever does not start does not serve either.
            await StopAcceptingAsync(_ => true);
            entries = [];
            throw;
        }
        finally
        {
            changing.Release();
        }
    }

    public async Task<ListenerResult> CloseAsync(
        string name,
        bool dismiss = false,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(name);
        if (isDisposed)
        {
            return ListenerRefusal.Stopping();
        }
        await changing.WaitAsync(cancellationToken);
        Entry entry;
        try
        {
            if (Named(name) is not { } found)
            {
                return ListenerRefusal.NotFound(name);
            }
            if (found.Plan.Source == ListenerSource.Start)
            {
                return ListenerRefusal.Permanent(found.Plan.Name);
            }
            entry = found;
            entries = [.. entries.Where(other => other != entry)];
            await entry.Listener.StopAcceptingAsync();
        }
        finally
        {
            changing.Release();
        }
        if (dismiss)
        {
            await entry.Listener.DismissAsync();
        }
        PushListener closed = entry.Description;
        log.Closed(closed.Name, closed.Connections);
        return new ListenerResult(closed, ListenerFailure.None, null);
    }

    /// <summary>
    /// Leaves new connections to the other processes, where there are some on the same address: accepts no more there, while everything is still served as ever.
    /// </summary>
    public async Task HandOverAsync()
    {
        Entry[] shared =
        [
            .. entries.Where(entry =>
                entry.Plan.ReusePort && SharedPort.Others(entry.Listener.EndPoint) > 0
            ),
        ];
        if (shared.Length > 0)
        {
            log.HandingOver(string.Join(", ", shared.Select(entry => entry.Plan.Name)));
            await Task.WhenAll(shared.Select(entry => entry.Listener.HandOverAsync()));
        }
    }

    /// <summary>Accepts nothing more by the listeners that are meant.</summary>
    public Task StopAcceptingAsync(Func<ListenerPlan, bool> isMeant) =>
        Task.WhenAll(
            entries
                .Where(entry => isMeant(entry.Plan))
                .Select(entry => entry.Listener.StopAcceptingAsync())
        );

    public void Dispose()
    {
        isDisposed = true;
        changing.Dispose();
    }

    private async Task OpenAtStartAsync(ListenerPlan plan, bool hasBanner)
    {
        if (UsersOf(plan.EndPoint).FirstOrDefault() is { } other)
        {
            throw ListenException.Taken(plan.EndPoint, other);
        }
        ListenerResult result;
        try
        {
            // The application may have opened one before it started.
            result = Named(plan.Name) is null
                ? await OpenNowAsync(plan, null)
                : ListenerRefusal.NameTaken(plan.Name);
        }
        catch (ListenException exception) when (exception.Failure == ListenerFailure.NotServed)
        {
            result = ListenerRefusal.Of(exception.Failure, exception.Message);
        }
        if (!result.Ok)
        {
            log.NotOpened(plan.Path(nameof(plan.Listen)), result.Problem!);
        }
        else if (!hasBanner || plan.Source != ListenerSource.Start)
        {
            log.Opened(plan.Name, plan.Protocol, result.Listener!.Listen);
        }
    }

    private async Task LeaveAsync(Entry? before)
    {
        if (before is not null)
        {
            await before.Listener.StopAcceptingAsync();
            log.Closed(before.Plan.Name, before.Listener.Connections);
        }
    }

    /// <param name="plan">What is opened.</param>
    /// <param name="before">Whose place it takes, if anybody's.</param>
    private async Task<ListenerResult> OpenNowAsync(ListenerPlan plan, Entry? before)
    {
        if (Array.Find(openers, opener => opener.Speaks(plan.Protocol)) is not { } opener)
        {
            return ListenerRefusal.Of(
                ListenerFailure.NotServed,
                "Only a web application can have listeners for clients and HTTP."
            );
        }
        Entry entry = new(plan, await opener.OpenAsync(plan));
        entries = [.. entries.Where(other => other != before), entry];
        return new ListenerResult(entry.Description, ListenerFailure.None, null);
    }

    private ListenerResult? Refuse(ListenerPlan plan, Entry? before)
    {
        if (gate.IsDraining)
        {
            return ListenerRefusal.Stopping();
        }
        if (Named(plan.Name) != before)
        {
            return ListenerRefusal.NameTaken(plan.Name);
        }
        if (UsersOf(plan.EndPoint).FirstOrDefault() is { } other)
        {
            throw ListenException.Taken(plan.EndPoint, other);
        }
        if (Danger(plan) is { } problem)
        {
            if (!server.Value.Insecure)
            {
                return ListenerRefusal.Of(ListenerFailure.Exposed, problem);
            }
            log.Insecure(problem);
        }
        return null;
    }

    /// <summary>What strangers could do by it; null when that is nothing.</summary>
    private string? Danger(ListenerPlan plan) => exposure.ProblemOf(plan, () => secrets.Exist);

    private Entry? Named(string name) =>
        Array.Find(entries, entry => ListenerName.Comparer.Equals(entry.Plan.Name, name));

    private Entry? Configured(string name) =>
        Named(name) is { Plan.Source: ListenerSource.Configuration } found ? found : null;

    private sealed record Entry(ListenerPlan Plan, IOpenListener Listener)
    {
        public PushListener Description => Plan.Describe(Listener);
    }
}
