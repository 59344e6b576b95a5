namespace PushBridge.Commands;

/// <summary>
/// How the commands of one source ended, in plain fields that are added to the server's count once for a batch: a command costs an
/// increment. Not thread-safe.
/// </summary>
internal sealed class CommandTally(ServerMetrics metrics, Door door)
{
    private static readonly int[] Columns =
    [
        .. Enum.GetValues<FailReason>()
            .Select(reason =>
                ServerMetrics.ColumnOf(reason == FailReason.None ? "ok" : Replies.NameOf(reason))
            ),
    ];

    private readonly int[] counts = new int[Columns.Length];

    public void Count(in Outcome outcome) => counts[(int)outcome.Reason]++;

    public void Report()
    {
        for (int i = 0; i < counts.Length; i++)
        {
            if (counts[i] > 0)
            {
                metrics.Commands.Add((int)door, Columns[i], counts[i]);
                counts[i] = 0;
            }
        }
    }

    /// <summary>Counts where commands come one at a time.</summary>
    public static void Count(ServerMetrics metrics, Door door, FailReason reason) =>
        metrics.Commands.Add((int)door, Columns[(int)reason]);
}
