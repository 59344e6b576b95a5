using PushBridge.Commands;
using PushBridge.Connections;
using PushBridge.Observability;
using PushBridge.Tests.Connections;

namespace PushBridge.Tests.Commands;

public sealed class CommandTallyTests : IDisposable
{
    private readonly ServerMetrics metrics = Fakes.Services().Metrics;

    public static TheoryData<string> Reasons => [.. Enum.GetNames<FailReason>()];

    public void Dispose() => metrics.Dispose();

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Report_AnyOutcome_CountsItUnderItsNameOnTheWire(string name)
    {
        FailReason reason = Enum.Parse<FailReason>(name);
        CommandTally tally = new(metrics, Door.Http);
        tally.Count(new Outcome(reason));
        tally.Count(new Outcome(reason));

        Counted().Should().BeEmpty("nothing is reported yet");
        tally.Report();
        tally.Report();

        string wire = reason == FailReason.None ? "ok" : Replies.NameOf(reason);
        Counted().Should().Equal(("http", wire, 2L));
    }

    [Fact]
    public void Report_OfAFlushList_CountsAMessageOnceAndItsDeliveriesEach()
    {
        FlushList flushes = new();
        flushes.Sent(3);
        flushes.Sent(0);
        flushes.Sent(1);

        flushes.Report(metrics);
        flushes.Report(metrics);

        (metrics.Messages.Value, metrics.Deliveries.Value).Should().Be((2, 4));
    }

    private IEnumerable<(string, string, long)> Counted()
    {
        for (int row = 0; row < metrics.Commands.Rows.Count; row++)
        {
            for (int column = 0; column < metrics.Commands.Columns.Count; column++)
            {
                if (metrics.Commands[row, column] is var count and > 0)
                {
                    yield return (
                        metrics.Commands.Rows[row],
                        metrics.Commands.Columns[column],
                        count
                    );
                }
            }
        }
    }
}
