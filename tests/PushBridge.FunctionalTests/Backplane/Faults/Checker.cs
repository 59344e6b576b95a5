using System.Globalization;

namespace PushBridge.FunctionalTests.Backplane.Faults;

/// <summary>
/// Judges a complete history of pushes and receipts: it does not ask how the server works, only whether what it said is what happened.
/// </summary>
internal sealed class Checker
{
    /// <summary>Within this every push is answered, whatever happens.</summary>
    public const double AnswerLimit = 1_100;

    /// <summary>By Redis's word, a message that was on a link when it was cut may be lost.</summary>
    public const double OnTheWay = 1_000;

    /// <summary>
    /// Pauses are looked for by one question at a time, half of the time; a push and its answer need the processor many times. So much more than was seen may
    /// have come together.
    /// </summary>
    private const double UnseenPauses = 3;

    /// <summary>Of a machine that stood still for so long the nodes do not hear in time what they ask each other.</summary>
    private const double StandstillLimit = 500;

    private const int Shown = 5;

    private readonly History history;
    private readonly ILookup<string, Connection> ofUid;
    private readonly HashSet<(int Connection, int Backend, int Number)> received;
    private readonly List<string> found = [];

    private Checker(History history)
    {
        this.history = history;
        ofUid = history.Connections.ToLookup(connection => connection.Uid, StringComparer.Ordinal);
        received =
        [
            .. history.Receipts.Select(receipt =>
                (receipt.Connection, receipt.Backend, receipt.Number)
            ),
        ];
    }

    /// <summary>Messages that were answered <c>ok</c> by Redis's word alone and lost when the receiver's link was cut.</summary>
    public int LostByCut { get; private set; }

    /// <summary>What was wrong; empty when nothing was.</summary>
    public IReadOnlyList<string> Found => found;

    public static Checker Judge(History history)
    {
        Checker checker = new(history);
        checker.JudgeReceipts();
        checker.Report("false ok", checker.IsFalseOk);
        checker.Report("ok for nobody", checker.IsOkForNobody);
        checker.Report("offline though somebody was there", checker.IsFalseOffline);
        checker.Report("refused without a fault", checker.IsRefusedWithoutFault);
        checker.Report("answered late", checker.IsLate);
        checker.Report(
            "never answered",
            push => push is { Answer: PushAnswer.None, IsLost: false }
        );
        checker.Report("answered with what is no answer", push => push.Answer == PushAnswer.Other);
        return checker;
    }

    /// <summary>How long after a moment pushes to those who were there were still refused, in milliseconds.</summary>
    public static double RefusedAfter(History history, double moment)
    {
        Checker checker = new(history);
        return history
            .Pushes.Where(push =>
                push.SentAt > moment
                && push.Answer is not (PushAnswer.Ok or PushAnswer.None)
                && checker.HealthyDuring(push).Any()
            )
            .Select(push => push.SentAt - moment)
            .DefaultIfEmpty(0)
            .Max();
    }

    private void Report(string rule, Func<Push, bool> isWrong)
    {
        Push[] wrong = [.. history.Pushes.Where(isWrong)];
        foreach (Push push in wrong.Take(Shown))
        {
            Find($"{rule} ({wrong.Length}): {push}");
        }
    }

    private void JudgeReceipts()
    {
        int wrong = 0;
        foreach (
            var stream in history.Receipts.GroupBy(receipt => (receipt.Connection, receipt.Backend))
        )
        {
            HashSet<int> seen = [];
            int last = int.MinValue;
            foreach (Receipt receipt in stream)
            {
                bool isTwice = !seen.Add(receipt.Number);
                bool isBehind = receipt.Number < last;
                if ((isTwice || isBehind) && wrong++ < Shown)
                {
                    Find($"{(isTwice ? "duplicate" : "out of order behind " + last)}: {receipt}");
                }
                last = Math.Max(last, receipt.Number);
            }
        }
    }

    private bool IsFalseOk(Push push)
    {
        if (push.Answer != PushAnswer.Ok)
        {
            return false;
        }
        Connection[] there =
        [
            .. ofUid[push.Uid]
                .Where(connection =>
                    connection.SettledAt <= push.SentAt
                    && double.IsPositiveInfinity(connection.HealthyUntil)
                ),
        ];
        if (there.Length == 0 || ofUid[push.Uid].Any(connection => Has(connection, push)))
        {
            return false;
        }
        if (!push.AsksNodes && there.All(connection => WasCut(connection.Node, push)))
        {
            LostByCut++;
            return false;
        }
        return true;
    }

    private bool IsOkForNobody(Push push) =>
        push.Answer == PushAnswer.Ok
        && !ofUid[push.Uid]
            .Any(connection =>
                connection.ConnectedAt <= push.AnsweredAt && connection.GoneAt >= push.SentAt
            );

    private bool IsFalseOffline(Push push) =>
        push.Answer == PushAnswer.Offline && HealthyDuring(push).Any();

    private bool IsRefusedWithoutFault(Push push)
    {
        bool isRefused =
            push.Answer == PushAnswer.Unavailable
            || (push.Answer is PushAnswer.Fail or PushAnswer.Offline && HealthyDuring(push).Any());
        return isRefused
            && !history.Faults.Any(fault =>
                fault.From <= push.AnsweredAt
                && push.SentAt <= fault.HealedBy + PausedIn(push.Node, fault.From, fault.HealedBy)
            )
            && Paused(push.SentAt - AnswerLimit, push.AnsweredAt) < StandstillLimit;
    }

    private bool IsLate(Push push) =>
        push.Answer != PushAnswer.None
        && push.AnsweredAt - push.SentAt
            > AnswerLimit + UnseenPauses * PausedIn(push.Node, push.SentAt, push.AnsweredAt);

    private IEnumerable<Connection> HealthyDuring(Push push) =>
        ofUid[push.Uid]
            .Where(connection =>
                connection.SettledAt <= push.SentAt && connection.HealthyUntil >= push.AnsweredAt
            );

    private bool Has(Connection connection, Push push) =>
        received.Contains((connection.Id, push.Backend, push.Number));

    private bool WasCut(string node, Push push) =>
        history.Cuts.Any(cut =>
            string.Equals(cut.Node, node, StringComparison.Ordinal)
            && push.SentAt <= cut.To
            && cut.From <= push.AnsweredAt + OnTheWay
        );

    /// <summary>The node, and these tests, which read its answers.</summary>
    private double PausedIn(string node, double from, double to) =>
        Paused(
            from,
            to,
            pause =>
                pause.Node.Length == 0 || string.Equals(pause.Node, node, StringComparison.Ordinal)
        );

    private double Paused(double from, double to, Func<Pause, bool>? where = null) =>
        history
            .Pauses.Where(pause => where is null || where(pause))
            .Sum(pause => Math.Max(0, Math.Min(pause.To, to) - Math.Max(pause.From, from)));

    private void Find(string what) =>
        found.Add(string.Create(CultureInfo.InvariantCulture, $"{what}"));
}
