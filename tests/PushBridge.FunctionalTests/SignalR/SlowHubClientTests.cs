using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.SignalR;

public sealed class SlowHubClientTests
{
    [Fact]
    public async Task A_hub_client_that_never_reads_is_cut_and_the_others_get_everything()
    {
        const int most = 1000;
        await using var server = await PushBridgeServer.StartAsync();
        await using var stuck = await HubClientWire.ConnectAsync(server.ClientsUrl, "?uid=stuck");
        await server.WaitForUidAsync("stuck");
        await using var reader = await HubClient.JoinAsync(server, "reader");
        await using var raw = await RawClient.JoinAsync(server, "reader", nth: 2);
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        var pad = new string('p', 64 * 1024);

        var sent = 0;
        string reply;
        do
        {
            reply = await backend.AskAsync($$"""{"uid":"stuck","pad":"{{pad}}"}""");
            (await backend.AskAsync($$"""{"uid":"reader","n":{{sent}}}""")).Should().Be("ok");
            sent++;
        } while (reply == "ok" && sent < most);

        reply
            .Should()
            .Be("fail", "a megabyte may wait for a client, and not {0} times 64 kB", sent);
        for (var n = 0; n < sent; n++)
        {
            (await reader.NextAsync()).Should().Be($$"""{"uid":"reader","n":{{n}}}""");
            (await raw.NextAsync()).Should().Be($$"""{"uid":"reader","n":{{n}}}""");
        }

        await server.WaitForUidAsync("stuck", connections: 0);
        server.Counter("pushbridge.slow_consumers").Should().Be(1);
    }

    [Fact]
    public async Task A_broadcast_does_not_wait_for_a_hub_client_that_never_reads()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var stuck = await HubClientWire.ConnectAsync(server.ClientsUrl, "?uid=stuck");
        await server.WaitForUidAsync("stuck");
        await using var reader = await HubClient.JoinAsync(server, "reader");
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        var pad = new string('p', 64 * 1024);

        // Enough to fill every buffer between the two and the queue behind them.
        for (var n = 0; n < 300; n++)
        {
            (
                await backend.AskAsync(
                    $$$"""{"$cmd":"broadcast","data":{"n":{{{n}}},"pad":"{{{pad}}}"}}"""
                )
            )
                .Should()
                .Be("ok");
            (await reader.NextAsync()).Should().StartWith($$"""{"n":{{n}},""");
        }

        await server.WaitForUidAsync("stuck", connections: 0);
    }
}
