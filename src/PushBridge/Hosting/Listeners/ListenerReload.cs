using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using PushBridge.Hosting.Keys;

namespace PushBridge.Hosting.Listeners;

/// <summary>
/// Opens and closes listeners as the configuration changes. Only what has changed there is touched: a listener that was closed at run time stays closed, and what
/// is wrong with one entry is said and hinders no other. What else has changed waits for the next start, which is said, too. With a key that nobody reads, which may be the
/// one that all listeners are below, everything stays as it is.
/// </summary>
internal sealed class ListenerReload(
    IConfiguration configuration,
    ListenerPlans plans,
    IOptions<ServerOptions> server,
    ListenerSettings settings,
    ChangedConfiguration changed,
    ListenerTable table,
    ListenerLog log
) : IHostedService, IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, ListenerPlan> applied = new(ListenerName.Comparer);
    private readonly StartSettings others = new(configuration);
    private readonly ListenerMoves moves = new(table, log);
    private IDisposable? changes;
    private Task applying = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (ListenerPlan plan in plans.All(server.Value))
        {
            if (plan.Source == ListenerSource.Configuration)
            {
                applied[plan.Name] = plan;
            }
        }
        changes = ChangeToken.OnChange(configuration.GetReloadToken, Changed);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        changes?.Dispose();
        lock (gate)
        {
            return applying.WaitAsync(cancellationToken);
        }
    }

    public void Dispose() => changes?.Dispose();

    /// <summary>One after the other; whoever changed the configuration does not wait.</summary>
    private void Changed()
    {
        lock (gate)
        {
            Task before = applying;
            applying = Task.Run(async () =>
            {
                await before;
                await ApplyAsync();
            });
        }
    }

    private async Task ApplyAsync()
    {
        try
        {
            if (changed.Unknown() is { Count: > 0 } unknown)
            {
                foreach (string problem in unknown)
                {
                    log.Refused(problem);
                }
                return;
            }
            SayWhatWaits();
            Dictionary<string, ListenerPlan?> wanted = Read();
            ListenerPlan[] different =
            [
                .. wanted
                    .Values.OfType<ListenerPlan>()
                    .Where(plan => applied.GetValueOrDefault(plan.Name)?.IsLike(plan) != true),
            ];
            // All that go first: one may want the address that another leaves.
            foreach (string name in applied.Keys.Where(name => !wanted.ContainsKey(name)).ToArray())
            {
                applied.Remove(name);
                await moves.CloseAsync(name);
            }
            await moves.ApplyAsync(different, applied);
        }
        catch (Exception exception)
        {
            log.ReloadFailed(exception);
        }
    }

    /// <summary>
    /// Nothing takes effect with a start that there cannot be. Problems of the listeners are said as each of them is read and opened, and may end with that start: a
    /// listener wants the secret that is new, too.
    /// </summary>
    private void SayWhatWaits()
    {
        string[] problems = [.. changed.Problems().Where(problem => !IsAboutListeners(problem))];
        foreach (string problem in problems)
        {
            log.NotApplied(problem);
        }
        if (problems.Length == 0 && others.Changed() is { Count: > 0 } waiting)
        {
            log.Waiting(string.Join(", ", waiting));
        }
    }

    private static bool IsAboutListeners(string problem) =>
        problem.StartsWith($"{ListenerSettings.Section}:", StringComparison.OrdinalIgnoreCase);

    /// <summary>What the configuration says now, by name; null for what is wrong, and stays as it is.</summary>
    private Dictionary<string, ListenerPlan?> Read()
    {
        Dictionary<string, ListenerPlan?> wanted = new(ListenerName.Comparer);
        foreach (string name in settings.Names)
        {
            wanted[name] = settings.Read(name, out IReadOnlyList<string> problems);
            foreach (string problem in problems)
            {
                log.NotApplied(problem);
            }
        }
        return wanted;
    }
}
