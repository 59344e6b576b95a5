using PushBridge.Backplane;

namespace PushBridge.Commands;

/// <summary>
/// Makes a command with an id happen once: on this node the first decides it and everybody else gets its answer, and among the nodes
/// the first to claim it. Thread-safe.
/// </summary>
internal sealed class IdClaims(AnsweredIds ids, IBackplane backplane)
{
    /// <summary>Waits for whoever is executing the same command at this moment.</summary>
    public ValueTask<Claim> ClaimAsync(Command command)
    {
        UInt128 key = AnsweredIds.KeyOf(command);
        Answer answer = ids.Claim(key, out bool isFirst);
        return isFirst && !backplane.IsShared
            ? ValueTask.FromResult(new Claim(key, answer))
            : ClaimAsync(key, answer, isFirst);
    }

    /// <param name="claim">Without a known answer.</param>
    /// <param name="outcome">Null when the command was not decided: whoever waits for it decides it himself.</param>
    public void Settle(Claim claim, Outcome? outcome)
    {
        UInt128 key = claim.Id!.Value;
        // First, so that it is there before the next claim of this node.
        backplane.SettleId(
            key,
            outcome is { Ok: true, Connections: > 0 } effect ? effect.Connections : null
        );
        ids.Settle(key, claim.Answer!, outcome);
    }

    /// <summary>For a command that will not be executed after all: whoever repeats it executes it.</summary>
    public async Task AbandonAsync(Task<Claim> claiming)
    {
        if (await claiming is { Known: null } claim)
        {
            Settle(claim, outcome: null);
        }
    }

    private async ValueTask<Claim> ClaimAsync(UInt128 key, Answer answer, bool isFirst)
    {
        while (!isFirst)
        {
            if (await answer.WaitAsync() is { } known)
            {
                return new Claim(key, Known: known);
            }
            answer = ids.Claim(key, out isFirst);
        }
        return await ClaimFromNodesAsync(key, answer);
    }

    private async ValueTask<Claim> ClaimFromNodesAsync(UInt128 key, Answer answer)
    {
        Outcome? known = null;
        bool isMine = false;
        try
        {
            SharedId shared = await backplane.ClaimIdAsync(key);
            isMine = shared.State is SharedIdState.Mine or SharedIdState.Unreachable;
            known = shared.State switch
            {
                SharedIdState.Answered => Outcome.Success(shared.Connections),
                SharedIdState.Undecided => Outcome.Fail(FailReason.Unavailable),
                _ => null,
            };
            return new Claim(key, answer, known, shared.State == SharedIdState.Unreachable);
        }
        finally
        {
            if (!isMine)
            {
                ids.Settle(key, answer, known);
            }
        }
    }
}
