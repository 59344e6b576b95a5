using Microsoft.AspNetCore.SignalR.Client;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.SignalR;

/// <summary>The groups that hub clients may choose themselves.</summary>
public sealed class ClientGroupTests
{
    private const string News = "Clients:JoinableGroups:0=news";
    private const string Rooms = "Clients:JoinableGroups:1=room-*";

    [Theory]
    [InlineData("news")]
    [InlineData("room-")]
    [InlineData("room-é 7")]
    public async Task A_client_joins_and_leaves_a_group_that_is_left_to_clients(string group)
    {
        await using var server = await PushBridgeServer.StartAsync(News, Rooms);
        await using var client = await HubClient.JoinAsync(server, "a");
        await using var backend = await TextBackend.ConnectAsync(server.Text);

        (await JoinAsync(client, group)).Should().BeNull();
        (await PushAsync(backend, group, 1)).Should().Be("ok");
        (await client.NextAsync()).Should().Be("1");

        await client.Connection.InvokeAsync("Leave", group);
        (await PushAsync(backend, group, 2)).Should().Be("fail");
    }

    [Theory]
    [InlineData("News")]
    [InlineData("newspaper")]
    [InlineData("room")]
    [InlineData("a room-1")]
    [InlineData("")]
    [InlineData("room-\n")]
    public async Task Another_group_is_refused_and_the_connection_stays(string group)
    {
        await using var server = await PushBridgeServer.StartAsync(News, Rooms);
        await using var client = await HubClient.JoinAsync(server, "a");
        await using var backend = await TextBackend.ConnectAsync(server.Text);

        (await JoinAsync(client, group)).Should().Be("clients may not join this group");

        (await backend.AskAsync("""{"uid":"a"}""")).Should().Be("ok");
        (await client.NextAsync()).Should().Be("""{"uid":"a"}""");
    }

    [Fact]
    public async Task By_default_clients_join_nothing()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await HubClient.JoinAsync(server, "a");

        (await JoinAsync(client, "news")).Should().Be("clients may not join this group");
    }

    [Fact]
    public async Task A_client_without_a_uid_joins_nothing()
    {
        await using var server = await PushBridgeServer.StartAsync(News);
        await using var client = await HubClient.ConnectAsync(server.ClientsUrl);

        (await JoinAsync(client, "news")).Should().StartWith("say who you are");
    }

    [Fact]
    public async Task A_client_does_not_leave_the_group_that_a_backend_put_it_into()
    {
        await using var server = await PushBridgeServer.StartAsync(News);
        await using var client = await HubClient.JoinAsync(server, "a");
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        (await backend.AskAsync("""{"$cmd":"join","uid":"a","group":"news"}""")).Should().Be("ok");

        await client.Connection.InvokeAsync("Leave", "news");

        (await PushAsync(backend, "news", 1)).Should().Be("ok");
        (await client.NextAsync()).Should().Be("1");
    }

    [Fact]
    public async Task The_number_of_chosen_groups_has_a_limit()
    {
        await using var server = await PushBridgeServer.StartAsync(
            News,
            Rooms,
            "Clients:MaxJoinedGroups=2"
        );
        await using var client = await HubClient.JoinAsync(server, "a");
        foreach (var group in (string[])["room-1", "room-2", "room-2"])
        {
            (await JoinAsync(client, group)).Should().BeNull();
        }

        (await JoinAsync(client, "room-3"))
            .Should()
            .Be("a client may be in 2 groups of its choice");

        await client.Connection.InvokeAsync("Leave", "room-1");
        (await JoinAsync(client, "room-3")).Should().BeNull();
    }

    [Fact]
    public async Task A_client_that_comes_back_is_in_no_group()
    {
        await using var server = await PushBridgeServer.StartAsync(News);
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        await using (var first = await HubClient.JoinAsync(server, "a"))
        {
            (await JoinAsync(first, "news")).Should().BeNull();
        }
        await server.WaitForUidAsync("a", connections: 0);
        await using var second = await HubClient.JoinAsync(server, "a");

        (await PushAsync(backend, "news", 1)).Should().Be("fail");
    }

    private static Task<string?> JoinAsync(HubClient client, string group) =>
        client.Connection.InvokeAsync<string?>("Join", group);

    private static Task<string> PushAsync(TextBackend backend, string group, int data) =>
        backend.AskAsync($$"""{"$cmd":"group","group":"{{group}}","data":{{data}}}""");
}
