using PushBridge.FunctionalTests.Hosting;

namespace PushBridge.FunctionalTests.Documents;

/// <summary>PROTOCOL.md is executed: every <c>exchange</c> block is played against a server of its own.</summary>
public sealed class ProtocolDocumentTests
{
    private static readonly string[] Document = File.ReadAllLines(Repository.File("PROTOCOL.md"));

    public static TheoryData<int> Exchanges()
    {
        TheoryData<int> starts = [];
        foreach ((int index, string line) in Document.Index())
        {
            if (line == "```exchange")
            {
                starts.Add(index + 1);
            }
        }
        return starts;
    }

    [Fact]
    public void The_document_has_its_exchanges() => Exchanges().Count.Should().BeGreaterThan(4);

    [Theory]
    [MemberData(nameof(Exchanges))]
    public async Task An_exchange_happens_as_it_is_written(int afterLine)
    {
        await using PushBridgeServer server = await PushBridgeServer.StartAsync();
        await using ExchangePlayer player = await ExchangePlayer.ConnectAsync(server);
        foreach (string step in Document.Skip(afterLine).TakeWhile(line => line != "```"))
        {
            await player.PlayAsync(step);
        }
        await player.ExpectNothingUnreadAsync();
    }
}
