using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using PushBridge.Connections;
using PushBridge.FunctionalTests.Doors;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.SignalR;

/// <summary>
/// <c>IHubContext&lt;PushHub&gt;</c> in the hosting application reaches hub and raw clients alike, on whichever node they are: uid a is
/// a raw and a hub client, b a raw one, c a hub one.
/// </summary>
public abstract class HubContextTheories : IAsyncLifetime
{
    private IDeployment deployment = null!;
    private RawClient rawA = null!;
    private HubClient hubA = null!;
    private RawClient rawB = null!;
    private HubClient hubC = null!;

    /// <summary>What the application and its clients connect to, with nobody connected.</summary>
    internal abstract Task<IDeployment> StartAsync();

    private IHubContext<PushHub> Hub =>
        deployment.Backends.Services.GetRequiredService<IHubContext<PushHub>>();

    public async ValueTask InitializeAsync()
    {
        deployment = await StartAsync();
        rawA = await RawClient.JoinAsync(deployment.HomeOf("a"), "a");
        hubA = await HubClient.JoinAsync(deployment.HomeOf("a"), "a", nth: 2);
        rawB = await RawClient.JoinAsync(deployment.HomeOf("b"), "b");
        hubC = await HubClient.JoinAsync(deployment.HomeOf("c"), "c");
        await deployment.WaitForUidAsync("a", 2);
        await deployment.WaitForUidAsync("b", 1);
        await deployment.WaitForUidAsync("c", 1);
    }

    public async ValueTask DisposeAsync()
    {
        await rawA.DisposeAsync();
        await hubA.DisposeAsync();
        await rawB.DisposeAsync();
        await hubC.DisposeAsync();
        await deployment.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public Task User_reaches_every_connection_of_the_uid() =>
        AssertReaches(Hub.Clients.User("a"), "raw a", "hub a");

    [Fact]
    public Task Users_reach_every_connection_of_each_uid_once() =>
        AssertReaches(Hub.Clients.Users("b", "c", "nobody", "b"), "raw b", "hub c");

    [Fact]
    public Task All_reaches_everybody() =>
        AssertReaches(Hub.Clients.All, "raw a", "hub a", "raw b", "hub c");

    [Fact]
    public Task Client_reaches_one_raw_connection() =>
        AssertReaches(Hub.Clients.Client(RawIdOf("a")), "raw a");

    [Fact]
    public Task Client_reaches_one_hub_connection() =>
        AssertReaches(Hub.Clients.Client(HubIdOf(hubA)), "hub a");

    [Fact]
    public Task Clients_reach_the_listed_connections() =>
        AssertReaches(
            Hub.Clients.Clients(RawIdOf("b"), HubIdOf(hubC), "no such connection"),
            "raw b",
            "hub c"
        );

    [Fact]
    public Task AllExcept_leaves_the_listed_connections_out() =>
        AssertReaches(Hub.Clients.AllExcept(RawIdOf("a"), HubIdOf(hubC)), "hub a", "raw b");

    [Fact]
    public async Task Group_reaches_its_members()
    {
        await JoinAsync("g", RawIdOf("a"), HubIdOf(hubC));

        await AssertReaches(Hub.Clients.Group("g"), "raw a", "hub c");
    }

    [Fact]
    public async Task Groups_reach_the_members_of_each()
    {
        await JoinAsync("g", RawIdOf("a"), HubIdOf(hubC));
        await JoinAsync("h", RawIdOf("b"));

        await AssertReaches(Hub.Clients.Groups("g", "h", "empty"), "raw a", "hub c", "raw b");
    }

    [Fact]
    public async Task GroupExcept_leaves_the_listed_connections_out()
    {
        await JoinAsync("g", RawIdOf("a"), HubIdOf(hubA), RawIdOf("b"), HubIdOf(hubC));

        await AssertReaches(
            Hub.Clients.GroupExcept("g", RawIdOf("a"), HubIdOf(hubC)),
            "hub a",
            "raw b"
        );
    }

    [Fact]
    public async Task Who_was_removed_from_a_group_is_not_reached()
    {
        await JoinAsync("g", RawIdOf("a"), HubIdOf(hubA), RawIdOf("b"), HubIdOf(hubC));
        await Hub.Groups.RemoveFromGroupAsync(RawIdOf("b"), "g");
        await Hub.Groups.RemoveFromGroupAsync(HubIdOf(hubC), "g");

        await AssertReaches(Hub.Clients.Group("g"), "raw a", "hub a");
    }

    [Fact]
    public async Task Groups_of_the_application_and_of_backends_are_the_same()
    {
        await JoinAsync("g", RawIdOf("b"));
        await using var backend = await TextBackend.ConnectAsync(deployment.Backends.Text);
        (await backend.AskAsync("""{"$cmd":"join","uid":"c","group":"g"}""")).Should().Be("ok");
        (await backend.AskAsync("""{"$cmd":"group","group":"g","data":"from a backend"}"""))
            .Should()
            .Be("ok");
        (await rawB.NextAsync()).Should().Be("\"from a backend\"");
        (await hubC.NextAsync()).Should().Be("\"from a backend\"");

        await AssertReaches(Hub.Clients.Group("g"), "raw b", "hub c");
    }

    [Fact]
    public async Task Another_method_reaches_raw_clients_with_its_name_and_arguments()
    {
        await Hub.Clients.User("b").SendAsync("other", 1, "two");
        await Hub.Clients.User("b").SendAsync("message", 1, 2);
        await Hub.Clients.User("b").SendAsync("none");

        (await rawB.NextAsync()).Should().Be("""{"target":"other","arguments":[1,"two"]}""");
        (await rawB.NextAsync()).Should().Be("""{"target":"message","arguments":[1,2]}""");
        (await rawB.NextAsync()).Should().Be("""{"target":"none","arguments":[]}""");
    }

    [Fact]
    public async Task Another_method_reaches_hub_clients_as_it_is()
    {
        var called = new TaskCompletionSource<(int, string)>(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        using var subscription = hubC.Connection.On<int, string>(
            "other",
            (n, text) => called.TrySetResult((n, text))
        );

        await Hub.Clients.All.SendAsync("other", 1, "two");

        (await called.Task.WaitAsync(TimeSpan.FromSeconds(10))).Should().Be((1, "two"));
    }

    [Theory]
    [InlineData(null, "null")]
    [InlineData(7, "7")]
    [InlineData("text é", null)]
    public async Task A_message_reaches_raw_clients_as_the_JSON_of_its_argument(
        object? value,
        string? json
    )
    {
        await Hub.Clients.User("b").SendAsync("message", value);

        string arrived = await rawB.NextAsync();
        if (json is null)
        {
            System
                .Text.Json.JsonSerializer.Deserialize<string>(arrived)
                .Should()
                .Be((string?)value);
        }
        else
        {
            arrived.Should().Be(json);
        }
    }

    private string RawIdOf(string uid)
    {
        foreach (
            ClientConnection connection in deployment
                .HomeOf(uid)
                .Services.GetRequiredService<ConnectionRegistry>()
                .OfUid(uid)
        )
        {
            if (connection.Kind == ConnectionKind.Raw)
            {
                return connection.Id;
            }
        }

        throw new InvalidOperationException($"No raw connection of {uid}.");
    }

    private static string HubIdOf(HubClient client) => client.Connection.ConnectionId!;

    private async Task JoinAsync(string group, params string[] connections)
    {
        foreach (string connection in connections)
        {
            await Hub.Groups.AddToGroupAsync(connection, group);
        }
    }

    /// <summary>Sends one object to the target and then a marker to everybody: exactly the named clients get the first.</summary>
    private async Task AssertReaches(IClientProxy target, params string[] expected)
    {
        await target.SendAsync("message", new { N = 1, Text = "hello" });
        await Hub.Clients.All.SendAsync("message", "marker");

        var reached = new List<string>();
        foreach (
            (string name, Func<Task<string>> next) in new (string, Func<Task<string>>)[]
            {
                ("raw a", rawA.NextAsync),
                ("hub a", hubA.NextAsync),
                ("raw b", rawB.NextAsync),
                ("hub c", hubC.NextAsync),
            }
        )
        {
            string first = await next();
            if (first != "\"marker\"")
            {
                first.Should().Be("""{"n":1,"text":"hello"}""");
                reached.Add(name);
                (await next()).Should().Be("\"marker\"", "{0} is reached once", name);
            }
        }

        reached.Should().BeEquivalentTo(expected);
    }
}
