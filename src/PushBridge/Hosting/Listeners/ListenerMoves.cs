namespace PushBridge.Hosting.Listeners;

/// <summary>
/// Gives the configuration's listeners what has changed about them. One that moves is open at its new address before it leaves the old one, so that nobody is refused
/// meanwhile, and stays where it is when it may not or cannot move. Only those that need each other's addresses, or their own once more, are closed first.
/// </summary>
internal sealed class ListenerMoves(ListenerTable table, ListenerLog log)
{
    /// <param name="changed">What is to be, for listeners that are new or different.</param>
    /// <param name="applied">What is, by name; what has been done is added to it.</param>
    public async Task ApplyAsync(
        IEnumerable<ListenerPlan> changed,
        Dictionary<string, ListenerPlan> applied
    )
    {
        List<ListenerPlan> left = [.. changed];
        await MoveAsync(left, applied);
        DropImpossible(left);
        await ReopenAsync(left, applied);
    }

    /// <summary>Closes the configuration's listener of that name, and nobody else's.</summary>
    public async Task<bool> CloseAsync(string name) =>
        IsOurs(name) && (await table.CloseAsync(name)).Ok;

    private bool IsOurs(string name) =>
        table.All.Any(listener =>
            ListenerName.Comparer.Equals(listener.Name, name)
            && listener.Source == ListenerSource.Configuration
        );

    /// <summary>Opens all whose address none of our listeners has; each that leaves one may make room for another.</summary>
    private async Task MoveAsync(List<ListenerPlan> left, Dictionary<string, ListenerPlan> applied)
    {
        bool hasMoved;
        do
        {
            hasMoved = false;
            foreach (ListenerPlan plan in left.ToArray())
            {
                if (table.UsersOf(plan.EndPoint).Any())
                {
                    continue;
                }
                left.Remove(plan);
                ListenerResult result = IsOurs(plan.Name)
                    ? await table.MoveAsync(plan)
                    : await table.OpenAsync(plan);
                hasMoved |= Note(plan, result, applied);
            }
        } while (hasMoved);
    }

    /// <summary>Takes away those that would not open, whoever closed before: they stay as they are, and so does whoever waits for their address.</summary>
    private void DropImpossible(List<ListenerPlan> left)
    {
        while (left.Find(plan => ProblemOf(plan, left) is not null) is { } impossible)
        {
            Refuse(impossible, ProblemOf(impossible, left)!);
            left.Remove(impossible);
        }
    }

    private string? ProblemOf(ListenerPlan plan, List<ListenerPlan> left) =>
        table.ProblemOf(plan)
        ?? (
            table
                .UsersOf(plan.EndPoint)
                .FirstOrDefault(user =>
                    !IsOurs(user)
                    || !left.Exists(other => ListenerName.Comparer.Equals(other.Name, user))
                )
                is { } stays
                ? ListenException.Taken(plan.EndPoint, stays).Message
                : null
        );

    /// <summary>Closes all, and opens them anew. What cannot be opened is as it was before, as far as its address is still free.</summary>
    private async Task ReopenAsync(
        List<ListenerPlan> plans,
        Dictionary<string, ListenerPlan> applied
    )
    {
        List<ListenerPlan> closed = [];
        foreach (ListenerPlan plan in plans)
        {
            if (
                applied.TryGetValue(plan.Name, out ListenerPlan? before)
                && await CloseAsync(plan.Name)
            )
            {
                closed.Add(before);
            }
        }
        foreach (ListenerPlan plan in plans)
        {
            if (Note(plan, await table.OpenAsync(plan), applied))
            {
                closed.RemoveAll(before => ListenerName.Comparer.Equals(before.Name, plan.Name));
            }
        }
        foreach (ListenerPlan before in closed)
        {
            ListenerResult result = await table.OpenAsync(before);
            if (!result.Ok)
            {
                log.NotApplied($"the listener {before.Name} stays closed: {result.Problem}");
            }
        }
    }

    private bool Note(
        ListenerPlan plan,
        ListenerResult result,
        Dictionary<string, ListenerPlan> applied
    )
    {
        if (result.Ok)
        {
            applied[plan.Name] = plan;
        }
        else
        {
            Refuse(plan, result.Problem!);
        }
        return result.Ok;
    }

    /// <summary>Some problems name the option by themselves.</summary>
    private void Refuse(ListenerPlan plan, string problem) =>
        log.NotApplied(
            problem.StartsWith($"{plan.Section}:", StringComparison.Ordinal)
                ? problem
                : $"{plan.Path(nameof(plan.Listen))}: {problem}"
        );
}
