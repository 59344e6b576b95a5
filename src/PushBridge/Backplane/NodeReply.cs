namespace PushBridge.Backplane;

/// <summary>What a command came to on one node, or on several together.</summary>
/// <param name="Connections">Connections that took the message, were changed, or were counted.</param>
/// <param name="Full">Connections that could not take it, being full.</param>
/// <param name="Uids">Different uids counted.</param>
/// <param name="Online">Connections of each uid that was asked about, in the order of the question.</param>
internal readonly record struct NodeReply(
    int Connections,
    int Full = 0,
    int Uids = 0,
    int[]? Online = null
)
{
    public static NodeReply operator +(NodeReply left, NodeReply right) =>
        new(
            left.Connections + right.Connections,
            left.Full + right.Full,
            left.Uids + right.Uids,
            Sum(left.Online, right.Online)
        );

    private static int[]? Sum(int[]? left, int[]? right)
    {
        if (left is null || right is null || left.Length != right.Length)
        {
            return left ?? right;
        }
        int[] sum = new int[left.Length];
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] = left[i] + right[i];
        }
        return sum;
    }
}

/// <summary>What the other nodes say together.</summary>
/// <param name="Sum">Of those that answered.</param>
/// <param name="IsComplete">False when some node may not have been reached, or has not answered in time: what is missing is unknown, not nothing.</param>
internal readonly record struct NodesReply(NodeReply Sum, bool IsComplete)
{
    /// <summary>There was nobody else to reach.</summary>
    public static NodesReply Nobody { get; } = new(default, IsComplete: true);

    /// <summary>The same without waiting for it.</summary>
    public static Task<NodesReply> NobodyAtOnce { get; } =
        Task.FromResult(new NodesReply(default, IsComplete: true));

    /// <summary>The others could not be asked, as is known at once.</summary>
    public static Task<NodesReply> UnknownAtOnce { get; } =
        Task.FromResult(new NodesReply(default, IsComplete: false));

    public static NodesReply operator +(NodesReply left, NodesReply right) =>
        new(left.Sum + right.Sum, left.IsComplete && right.IsComplete);
}
