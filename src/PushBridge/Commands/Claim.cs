namespace PushBridge.Commands;

/// <summary>What is known about a command before it is executed, because of its id. The default: it has none.</summary>
/// <param name="Id">What stands for the command among the nodes; null when it has no id.</param>
/// <param name="Answer">To be given by who executes it.</param>
/// <param name="Known">The answer, when it was executed before: it must not be again.</param>
/// <param name="IsIsolated">True when only this node knows of the claim, because the others could not be asked.</param>
internal readonly record struct Claim(
    UInt128? Id,
    Answer? Answer = null,
    Outcome? Known = null,
    bool IsIsolated = false
);
