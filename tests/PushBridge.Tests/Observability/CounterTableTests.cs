using PushBridge.Observability;

namespace PushBridge.Tests.Observability;

public sealed class CounterTableTests
{
    [Fact]
    public void Read_NothingCounted_HasEveryCellAtZero() =>
        new CounterTable("door", ["text", "http"], "outcome", ["ok", "offline"])
            .Read()
            .Select(measurement =>
                (measurement.Value, string.Join(' ', measurement.Tags.ToArray()))
            )
            .Should()
            .Equal(
                (0, "[door, text] [outcome, ok]"),
                (0, "[door, text] [outcome, offline]"),
                (0, "[door, http] [outcome, ok]"),
                (0, "[door, http] [outcome, offline]")
            );

    [Fact]
    public void Add_ManyThreads_CountsEach()
    {
        CounterTable table = new("status", ["403", "503"]);

        Parallel.For(0, 10_000, i => table.Add(0, i % 2, 2));

        (table[0, 0], table[0, 1]).Should().Be((10_000, 10_000));
        table.Read().Should().AllSatisfy(cell => cell.Tags.Length.Should().Be(1));
    }
}
