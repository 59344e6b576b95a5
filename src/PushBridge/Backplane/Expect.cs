namespace PushBridge.Backplane;

/// <summary>What the sender of a command to the other nodes wants to know.</summary>
internal enum Expect
{
    /// <summary>Nothing: its answer is known already. The reply is complete at once.</summary>
    Nothing,

    /// <summary>How many other nodes got it, as the broker counts them; fast, and all that is needed for a plain yes or no.</summary>
    Receivers,

    /// <summary>What it came to on each of them, by their own word.</summary>
    Answers,
}
