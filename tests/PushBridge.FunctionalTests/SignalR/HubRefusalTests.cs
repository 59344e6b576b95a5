using Microsoft.AspNetCore.SignalR.Client;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.SignalR;

/// <summary>How a hub client learns that it is not wanted, and whether it may come back.</summary>
public sealed class HubRefusalTests
{
    [Fact]
    public async Task Without_a_uid_in_time_the_connection_is_closed_with_4408()
    {
        await using var server = await PushBridgeServer.StartAsync("Clients:HelloTimeout=00:00:01");
        await using var client = await HubClientWire.ConnectAsync(server.ClientsUrl, "");

        (string error, bool mayReconnect) = await client.CloseMessageAsync();

        error.Should().Contain("4408");
        mayReconnect.Should().BeTrue("it is welcome once it says who it is");
    }

    [Fact]
    public async Task A_uid_in_time_keeps_the_connection()
    {
        await using var server = await PushBridgeServer.StartAsync("Clients:HelloTimeout=00:00:01");
        await using var named = await HubClient.ConnectAsync(server.ClientsUrl);
        await named.Connection.InvokeAsync("Register", "a");
        await using var nameless = await HubClientWire.ConnectAsync(server.ClientsUrl, "");
        await using var backend = await TextBackend.ConnectAsync(server.Text);

        // The nameless one came later: when its time is over, the other's would have been, too.
        await nameless.CloseMessageAsync();

        (await backend.AskAsync("""{"uid":"a"}""")).Should().Be("ok");
        (await named.NextAsync()).Should().Be("""{"uid":"a"}""");
    }

    [Theory]
    [InlineData("a\nb")]
    [InlineData("\u0000")]
    public async Task A_bad_uid_is_closed_with_4400_and_does_not_come_back(string uid)
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await HubClient.ConnectAsync(server.ClientsUrl, uid);

        var error = await client.Closed;

        error.Should().NotBeNull();
        error!.Message.Should().Contain("4400");
        client.Reconnects.Should().Be(0);
    }

    [Fact]
    public async Task A_uid_over_256_bytes_is_closed_with_4400_and_may_not_reconnect()
    {
        await using var server = await PushBridgeServer.StartAsync();
        // 129 characters, 258 bytes: the limit counts bytes.
        await using var client = await HubClientWire.ConnectAsync(
            server.ClientsUrl,
            "?uid=" + string.Concat(Enumerable.Repeat("%C3%A9", 129))
        );

        (string error, bool mayReconnect) = await client.CloseMessageAsync();

        error.Should().Contain("4400");
        mayReconnect.Should().BeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\u0007")]
    public async Task Registering_a_bad_uid_is_closed_with_4400(string uid)
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await HubClient.ConnectAsync(server.ClientsUrl);

        await client.Connection.SendAsync("Register", uid);

        (await client.Closed)!.Message.Should().Contain("4400");
        client.Reconnects.Should().Be(0);
    }

    [Fact]
    public async Task The_limit_of_connections_for_a_uid_holds_across_kinds()
    {
        await using var server = await PushBridgeServer.StartAsync(
            "Clients:MaxConnectionsPerUid=3"
        );
        await using var raw1 = await RawClient.JoinAsync(server, "a");
        await using var hub1 = await HubClient.JoinAsync(server, "a", nth: 2);
        await using var raw2 = await RawClient.JoinAsync(server, "a", nth: 3);

        await using var hub2 = await HubClient.ConnectAsync(server.ClientsUrl, "a");
        await using var raw3 = await RawClient.ConnectAsync(server.ClientsUrl, "a");

        (await hub2.Closed)!.Message.Should().Contain("4409");
        hub2.Reconnects.Should().Be(0);
        (await raw3.Closed).Code.Should().Be(4409);

        await hub1.Connection.StopAsync();
        await server.WaitForUidAsync("a", connections: 2);
        await using var raw4 = await RawClient.JoinAsync(server, "a", nth: 3);
    }

    [Fact]
    public async Task A_kicked_client_learns_4411_and_does_not_come_back()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await HubClient.JoinAsync(server, "a");
        await using var backend = await TextBackend.ConnectAsync(server.Text);

        (await backend.AskAsync("""{"$cmd":"kick","uid":"a"}""")).Should().Be("ok");

        (await client.Closed)!.Message.Should().Contain("4411");
        client.Reconnects.Should().Be(0);
    }
}
