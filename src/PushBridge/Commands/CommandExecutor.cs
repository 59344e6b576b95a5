using PushBridge.Backplane;
using PushBridge.Connections;

namespace PushBridge.Commands;

/// <summary>
/// The one place where a command is decided; every door for backends calls it and writes the outcome in its own way. Thread-safe.
/// What a command does on this node it has done when the call returns, and its message is on its way to the others: commands of
/// one caller reach a uid in the order of the calls, wherever it is. Connections that got a message are in the caller's
/// <see cref="FlushList"/>, and the caller flushes them.
/// </summary>
internal sealed class CommandExecutor(
    LocalCommands local,
    NodeCommands nodes,
    IdClaims claims,
    IBackplane backplane
)
{
    /// <summary>
    /// Comes before <see cref="Execute"/>: a command with an id may be executed once only, and it may take a while to know whether
    /// that has happened. Until then its caller executes nothing else, to keep the order.
    /// </summary>
    public ValueTask<Claim> ClaimAsync(Command command) =>
        command.Id is null ? ValueTask.FromResult(default(Claim)) : claims.ClaimAsync(command);

    /// <summary>Instead of <see cref="Execute"/>, when whoever claims has ended meanwhile.</summary>
    public Task AbandonAsync(Task<Claim> claiming) => claims.AbandonAsync(claiming);

    /// <param name="command">What the parser made of <paramref name="line"/>; not used after the call.</param>
    /// <param name="line">The bytes that the command's payload is a range of; not used after the call.</param>
    /// <param name="flushes">Takes the connections to flush, during the call.</param>
    /// <param name="claim">What <see cref="ClaimAsync"/> said about this command.</param>
    public ValueTask<Outcome> Execute(
        Command command,
        ReadOnlySpan<byte> line,
        FlushList flushes,
        in Claim claim = default
    )
    {
        if (claim.Known is { } known)
        {
            return ValueTask.FromResult(known);
        }
        return claim.Id is null
            ? Decide(command, line, flushes, claim)
            : DecideOnce(command, line, flushes, claim);
    }

    /// <summary>For callers that have one command at a time: claims, executes and flushes.</summary>
    /// <param name="command">Not used after the task completes.</param>
    /// <param name="line">The bytes that the command's payload is a range of.</param>
    /// <param name="metrics">Where messages are counted.</param>
    public async ValueTask<Outcome> ExecuteAloneAsync(
        Command command,
        ReadOnlyMemory<byte> line,
        ServerMetrics metrics
    )
    {
        Claim claim = await ClaimAsync(command);
        FlushList flushes = new();
        ValueTask<Outcome> deciding;
        try
        {
            deciding = Execute(command, line.Span, flushes, claim);
        }
        finally
        {
            flushes.Report(metrics);
            flushes.Flush();
        }
        return await deciding;
    }

    private ValueTask<Outcome> Decide(
        Command command,
        ReadOnlySpan<byte> line,
        FlushList flushes,
        in Claim claim
    ) =>
        backplane.IsShared && command.Kind.ConcernsClients()
            ? nodes.Execute(command, line, flushes, claim)
            : ValueTask.FromResult(local.Execute(command, line, flushes));

    private ValueTask<Outcome> DecideOnce(
        Command command,
        ReadOnlySpan<byte> line,
        FlushList flushes,
        Claim claim
    )
    {
        ValueTask<Outcome> deciding;
        try
        {
            deciding = Decide(command, line, flushes, claim);
        }
        catch
        {
            claims.Settle(claim, outcome: null);
            throw;
        }
        if (!deciding.IsCompletedSuccessfully)
        {
            return SettleAsync(deciding, claim);
        }
        Outcome outcome = deciding.Result;
        claims.Settle(claim, outcome);
        return ValueTask.FromResult(outcome);
    }

    private async ValueTask<Outcome> SettleAsync(ValueTask<Outcome> deciding, Claim claim)
    {
        Outcome? outcome = null;
        try
        {
            outcome = await deciding;
            return outcome.Value;
        }
        finally
        {
            claims.Settle(claim, outcome);
        }
    }
}
