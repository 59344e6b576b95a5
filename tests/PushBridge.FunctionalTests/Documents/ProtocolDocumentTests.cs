using PushBridge.FunctionalTests.Hosting;
using PushBridge.Observability;

namespace PushBridge.FunctionalTests.Documents;

/// <summary>PROTOCOL.md is executed: every <c>exchange</c> and <c>http</c> block is played against a server of its own.</summary>
public sealed class ProtocolDocumentTests
{
    private static readonly string[] Document = File.ReadAllLines(Repository.File("PROTOCOL.md"));

    public static TheoryData<int> Exchanges => Blocks("exchange");

    public static TheoryData<int> HttpBlocks => Blocks("http");

    [Fact]
    public void The_document_has_its_exchanges()
    {
        Exchanges.Count.Should().BeGreaterThan(4);
        HttpBlocks.Count.Should().BeGreaterThan(3);
    }

    [Fact]
    public void The_document_names_every_limit() =>
        Document
            .Single(line => line.StartsWith("| `pushbridge_limits_total", StringComparison.Ordinal))
            .Split("its name:")[1]
            .Split('`')
            .Where((_, index) => index % 2 == 1)
            .Should()
            .BeEquivalentTo(Limit.Names);

    [Theory]
    [MemberData(nameof(Exchanges))]
    public async Task An_exchange_happens_as_it_is_written(int afterLine)
    {
        await using PushBridgeServer server = await PushBridgeServer.StartAsync();
        await using ExchangePlayer player = await ExchangePlayer.ConnectAsync(server);
        foreach (string step in Steps(afterLine))
        {
            await player.PlayAsync(step);
        }
        await player.ExpectNothingUnreadAsync();
    }

    [Theory]
    [MemberData(nameof(HttpBlocks))]
    public async Task An_http_block_happens_as_it_is_written(int afterLine)
    {
        await using PushBridgeServer server = await PushBridgeServer.StartAsync();
        await using ExchangePlayer clients = await ExchangePlayer.ConnectAsync(server);
        using HttpPlayer player = new(server, clients);
        await player.PlayAsync(Steps(afterLine));
        await clients.ExpectNothingUnreadAsync();
    }

    private static TheoryData<int> Blocks(string kind)
    {
        TheoryData<int> starts = [];
        foreach ((int index, string line) in Document.Index())
        {
            if (line == $"```{kind}")
            {
                starts.Add(index + 1);
            }
        }
        return starts;
    }

    private static IEnumerable<string> Steps(int afterLine) =>
        Document.Skip(afterLine).TakeWhile(line => line != "```");
}
