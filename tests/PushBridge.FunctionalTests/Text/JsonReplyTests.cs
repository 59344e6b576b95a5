using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Text;

/// <summary><c>"reply":"json"</c> asks how many were reached, or why nobody was; <c>online</c> and <c>count</c> always answer so.</summary>
public sealed class JsonReplyTests
{
    private const string Offline = """{"ok":false,"reason":"offline"}""";
    private const string BadRequest = """{"ok":false,"reason":"bad_request"}""";

    [Theory]
    [InlineData("""{"$cmd":"push","uid":"a","data":1,"reply":"json"}""", 2)]
    [InlineData("""{"$cmd":"push","uid":["a","b","a"],"data":1,"reply":"json"}""", 3)]
    [InlineData("""{"reply":"json","$cmd":"broadcast","data":1}""", 3)]
    [InlineData("""{"$cmd":"broadcast","data":1,"except":["a"],"reply":"json"}""", 1)]
    [InlineData("""{"$cmd":"group","group":"g","data":1,"reply":"json"}""", 2)]
    [InlineData("""{"$cmd":"group","group":["g"],"except":["b"],"data":1,"reply":"json"}""", 2)]
    public async Task The_reply_counts_the_connections_reached(string line, int connections)
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var tab1 = await RawClient.JoinAsync(server, "a");
        await using var tab2 = await HubClient.JoinAsync(server, "a", nth: 2);
        await using var b = await RawClient.JoinAsync(server, "b");
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        (await backend.AskAsync("""{"$cmd":"join","uid":"a","group":"g"}""")).Should().Be("ok");

        (await backend.AskAsync(line))
            .Should()
            .Be($$"""{"ok":true,"connections":{{connections}}}""");
    }

    [Theory]
    [InlineData("""{"$cmd":"push","uid":"nobody","data":1,"reply":"json"}""", Offline)]
    [InlineData("""{"$cmd":"group","group":"empty","data":1,"reply":"json"}""", Offline)]
    [InlineData("""{"$cmd":"push","uid":"a","reply":"json"}""", BadRequest)]
    [InlineData("""{"$cmd":"push","uid":1.5,"data":1,"reply":"json"}""", BadRequest)]
    [InlineData("""{"$cmd":"group","data":1,"reply":"json"}""", BadRequest)]
    [InlineData("""{"$cmd":"online"}""", BadRequest)]
    [InlineData("""{"$cmd":"online","uid":["a",null]}""", BadRequest)]
    [InlineData("""{"$cmd":"count","group":7.5}""", BadRequest)]
    public async Task The_reply_says_why_nobody_was_reached(string line, string reply)
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await RawClient.JoinAsync(server, "a");
        await using var backend = await TextBackend.ConnectAsync(server.Text);

        (await backend.AskAsync(line)).Should().Be(reply);
        (await backend.AskAsync("""{"uid":"nobody"}"""))
            .Should()
            .Be("fail", "the next command asked for no JSON");
    }

    [Fact]
    public async Task The_seed_s_push_is_relayed_with_whatever_it_contains()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await RawClient.JoinAsync(server, "a");
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        const string line = """{"uid":"a","reply":"json","data":1,"group":"g"}""";

        (await backend.AskAsync(line))
            .Should()
            .Be("ok", "without $cmd these members are the application's own");
        (await client.NextAsync()).Should().Be(line);
    }
}
