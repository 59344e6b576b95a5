using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.RawWebSocket;

/// <summary>Who is let in at all: limits and names that an operator sets.</summary>
public sealed class AdmissionTests
{
    [Fact]
    public async Task A_full_server_answers_503_with_Retry_After_until_somebody_leaves()
    {
        await using var server = await PushBridgeServer.StartAsync("Clients:MaxConnections=1");
        await using var first = await WebSocketPeer.ConnectAsync(server, "uid1");
        var request = new WebSocketPeerRequest(server.Clients).ToString();

        await using (var refused = await WebSocketPeer.ConnectAsync(server.Clients))
        {
            var response = await refused.HandshakeAsync(request);
            response.Status.Should().Be(503);
            int.Parse(response["Retry-After"]!).Should().BePositive();
        }

        await first.CloseAsync();
        await first.DisposeAsync();
        await server.WaitForUidAsync("uid1", 0);
        using var deadline = new CancellationTokenSource(WebSocketPeer.Deadline);
        while (true)
        {
            // The place is free once the server has let go of the socket, a moment after the uid is gone.
            await using var next = await WebSocketPeer.ConnectAsync(server.Clients);
            if ((await next.HandshakeAsync(request)).Status == 101)
            {
                return;
            }

            await Task.Delay(20, deadline.Token);
        }
    }

    [Fact]
    public async Task A_connection_without_a_uid_takes_a_place_too()
    {
        await using var server = await PushBridgeServer.StartAsync("Clients:MaxConnections=1");
        await using var silent = await WebSocketPeer.ConnectAsync(server.Clients);
        await silent.OpenAsync(server.Clients);
        await using var refused = await WebSocketPeer.ConnectAsync(server.Clients);

        var response = await refused.HandshakeAsync(
            new WebSocketPeerRequest(server.Clients).ToString()
        );

        response.Status.Should().Be(503);
    }

    [Fact]
    public async Task Handshakes_at_the_same_moment_do_not_exceed_the_limit()
    {
        await using var server = await PushBridgeServer.StartAsync("Clients:MaxConnections=3");
        var request = new WebSocketPeerRequest(server.Clients).ToString();
        var peers = await Task.WhenAll(
            Enumerable.Range(0, 40).Select(_ => WebSocketPeer.ConnectAsync(server.Clients))
        );

        var responses = await Task.WhenAll(peers.Select(peer => peer.HandshakeAsync(request)));

        responses.Count(response => response.Status == 101).Should().Be(3);
        responses.Count(response => response.Status == 503).Should().Be(37);
        foreach (var peer in peers)
        {
            await peer.DisposeAsync();
        }
    }

    [Fact]
    public async Task The_page_is_there_on_a_full_server()
    {
        await using var server = await PushBridgeServer.StartAsync("Clients:MaxConnections=1");
        await using var first = await WebSocketPeer.ConnectAsync(server, "uid1");
        await using var reader = await WebSocketPeer.ConnectAsync(server.Clients);

        var page = await reader.HandshakeAsync($"GET / HTTP/1.1\r\nHost: {server.Clients}\r\n\r\n");

        page.Status.Should().Be(200);
    }

    [Theory]
    [InlineData("push.example", 101)]
    [InlineData("PUSH.example:8443", 101)]
    [InlineData("evil.example", 403)]
    [InlineData("push.example.evil.example", 403)]
    public async Task A_listed_host_is_served(string host, int status)
    {
        await using var server = await PushBridgeServer.StartAsync(
            "Clients:AllowedHosts:0=push.example"
        );
        await using var peer = await WebSocketPeer.ConnectAsync(server.Clients);

        var response = await peer.HandshakeAsync(
            new WebSocketPeerRequest(server.Clients).With("Host", host).ToString()
        );

        response.Status.Should().Be(status);
    }

    [Theory]
    [InlineData("Clients:MaxConnectionsPerAddress=2", 2, 503)]
    [InlineData("Clients:MaxConnectsPerSecondPerAddress=1", 4, 429)]
    [InlineData("Clients:MaxConnectsPerSecond=10", 20, 503)]
    public async Task An_address_or_a_second_has_its_share_and_the_rest_hears_when_to_come_back(
        string limit,
        int admitted,
        int status
    )
    {
        await using var server = await PushBridgeServer.StartAsync(
            limit,
            "Clients:LimitLoopback=true"
        );
        List<WebSocketPeer> peers = [];
        WebSocketPeerResponse response;
        do
        {
            WebSocketPeer peer = await WebSocketPeer.ConnectAsync(server.Clients);
            peers.Add(peer);
            response = await peer.HandshakeAsync(
                new WebSocketPeerRequest(server.Clients).ToString()
            );
        } while (response.Status == 101 && peers.Count < 200);

        response.Status.Should().Be(status);
        int.Parse(response["Retry-After"]!).Should().BeInRange(1, 5);
        peers.Count.Should().BeGreaterThan(admitted, "bursts pass");
        using HttpClient http = new();
        using HttpResponseMessage negotiation = await http.PostAsync(
            new Uri(server.ClientsUrl, "/hub/negotiate?negotiateVersion=1"),
            content: null
        );
        if (status == 429 || limit.Contains("PerAddress", StringComparison.Ordinal))
        {
            ((int)negotiation.StatusCode).Should().Be(status, "the hub has no other rules");
        }
        server.Counter("pushbridge.limits").Should().BePositive();
        foreach (WebSocketPeer peer in peers)
        {
            await peer.DisposeAsync();
        }
    }

    [Fact]
    public async Task Who_leaves_makes_room_for_another_of_the_address()
    {
        await using var server = await PushBridgeServer.StartAsync(
            "Clients:MaxConnectionsPerAddress=1",
            "Clients:LimitLoopback=true"
        );
        for (int i = 0; i < 5; i++)
        {
            await using HubClient hub = await HubClient.ConnectAsync(server.ClientsUrl, $"u{i}");
            await server.WaitForUidAsync($"u{i}");
            await hub.Connection.StopAsync();
            await server.WaitForUidAsync($"u{i}", 0);
        }
    }
}
