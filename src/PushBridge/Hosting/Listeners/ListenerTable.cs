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
                .Select(Describe),
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
        string[] problems =
        [
            .. ListenerName.ProblemOf(name) is { } badName ? (string[])[$"name: {badName}"] : [],
            .. OptionsValidator<ListenerOptions>.Problems("", options).Select(InRequest),
        ];
        if (ListenerName.IsReserved(name))
        {
            return Failed(ListenerFailure.NameTaken, problems[0]);
        }
        return problems.Length > 0
            ? Failed(ListenerFailure.Invalid, string.Join("; ", problems))
            : await OpenAsync(
                ListenerPlan.Of(name, options, section: null, ListenerSource.Request),
                cancellationToken
            );
    }

    /// <summary>The same for a plan that is valid.</summary>
    public async Task<ListenerResult> OpenAsync(
        ListenerPlan plan,
        CancellationToken cancellationToken = default
    )
    {
        if (isDisposed)
        {
            return Stopping();
        }
        await changing.WaitAsync(cancellationToken);
        try
        {
            if (Refuse(plan) is { } refusal)
            {
                return refusal;
            }
            ListenerResult result = await OpenNowAsync(plan);
            if (result.Ok)
            {
                log.Opened(plan.Name, plan.Protocol, result.Listener!.Listen);
            }
            return result;
        }
        catch (ListenException exception)
        {
            return Failed(exception.Failure, exception.Message);
        }
        catch (CertificateFileException exception)
        {
            return Failed(ListenerFailure.Invalid, exception.Message);
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
            return Stopping();
        }
        await changing.WaitAsync(cancellationToken);
        Entry entry;
        try
        {
            if (Named(name) is not { } found)
            {
                return Failed(ListenerFailure.NotFound, $"There is no listener {Shown(name)}.");
            }
            if (found.Plan.Source == ListenerSource.Start)
            {
                return Failed(
                    ListenerFailure.Permanent,
                    $"The listener {found.Plan.Name} is there for as long as the process is."
                );
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
        PushListener closed = Describe(entry);
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
        if (InUseBy(plan.EndPoint) is { } other)
        {
            throw ListenException.Taken(plan.EndPoint, other);
        }
        ListenerResult result;
        try
        {
            // The application may have opened one before it started.
            result = Named(plan.Name) is null ? await OpenNowAsync(plan) : NameTaken(plan.Name);
        }
        catch (ListenException exception) when (exception.Failure == ListenerFailure.NotServed)
        {
            result = Failed(exception.Failure, exception.Message);
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

    private async Task<ListenerResult> OpenNowAsync(ListenerPlan plan)
    {
        if (Array.Find(openers, opener => opener.Speaks(plan.Protocol)) is not { } opener)
        {
            return Failed(
                ListenerFailure.NotServed,
                "Only a web application can have listeners for clients and HTTP."
            );
        }
        Entry entry = new(plan, await opener.OpenAsync(plan));
        entries = [.. entries, entry];
        return new ListenerResult(Describe(entry), ListenerFailure.None, null);
    }

    private ListenerResult? Refuse(ListenerPlan plan)
    {
        if (gate.IsDraining)
        {
            return Stopping();
        }
        if (Named(plan.Name) is not null)
        {
            return NameTaken(plan.Name);
        }
        if (InUseBy(plan.EndPoint) is { } other)
        {
            throw ListenException.Taken(plan.EndPoint, other);
        }
        if (exposure.ProblemOf(plan, () => secrets.Exist) is { } problem)
        {
            if (!server.Value.Insecure)
            {
                return Failed(ListenerFailure.Exposed, problem);
            }
            log.Insecure(problem);
        }
        return null;
    }

    /// <summary>The kernel would share a port between two of ours that may share it with other processes, and give one's connections to the other.</summary>
    private string? InUseBy(EndPoint wanted) =>
        Array
            .Find(entries, entry => AddressOverlap.Between(entry.Listener.EndPoint, wanted))
            ?.Plan.Name;

    private Entry? Named(string name) =>
        Array.Find(entries, entry => ListenerName.Comparer.Equals(entry.Plan.Name, name));

    private static PushListener Describe(Entry entry) =>
        new(
            entry.Plan.Name,
            entry.Plan.Protocol,
            entry.Listener.EndPoint is IPEndPoint address
                ? address.ToString()
                : $"unix:{entry.Listener.EndPoint}",
            entry.Plan.IsTls,
            entry.Plan.ReusePort,
            entry.Plan.Source,
            entry.Listener.Connections
        );

    private static ListenerResult Stopping() =>
        Failed(ListenerFailure.Stopping, "The server is stopping.");

    private static ListenerResult NameTaken(string name) =>
        Failed(ListenerFailure.NameTaken, $"There is a listener {name} already.");

    private static ListenerResult Failed(ListenerFailure failure, string problem) =>
        new(null, failure, problem);

    /// <summary>Options as a request calls them: <c>:Certificate:Path</c> is certificate.path.</summary>
    private static string InRequest(string problem)
    {
        string[] parts = problem.Split(": ", 2);
        return $"{string.Join('.', parts[0].Split(':', StringSplitOptions.RemoveEmptyEntries).Select(part => char.ToLowerInvariant(part[0]) + part[1..]))}: {parts[1]}";
    }

    /// <summary>A name that somebody made up, in an answer to him.</summary>
    private static string Shown(string name) =>
        ListenerName.ProblemOf(name) == ListenerName.Rule ? "of that name" : name;

    private sealed record Entry(ListenerPlan Plan, IOpenListener Listener);
}
