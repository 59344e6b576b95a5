using System.Text.Json;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.SignalR;

/// <summary>The official .NET client at <c>/hub</c>.</summary>
public sealed class HubClientTests
{
    [Theory]
    [InlineData("""{"a":{"b":[1,2.50,null,{"c":"\u00e9"}]},"d":true}""")]
    [InlineData("""[1,"two",[3]]""")]
    [InlineData("\"text\"")]
    [InlineData("-1.50e3")]
    [InlineData("false")]
    [InlineData("null")]
    [InlineData("{}")]
    public async Task A_message_is_the_JSON_value_itself(string data)
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await HubClient.JoinAsync(server, "a");
        await using var backend = await TextBackend.ConnectAsync(server.Text);

        (await backend.AskAsync($$"""{"$cmd":"push","uid":"a","data":{{data}}}"""))
            .Should()
            .Be("ok");

        (await client.NextAsync()).Should().Be(data);
    }

    [Fact]
    public async Task The_seed_s_push_arrives_as_an_object()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await HubClient.JoinAsync(server, "uid1");
        await using var backend = await TextBackend.ConnectAsync(server.Text);

        (await backend.AskAsync("""{"uid":"uid1","percent":"88%"}""")).Should().Be("ok");

        var message = JsonSerializer.Deserialize<JsonElement>(await client.NextAsync());
        message.ValueKind.Should().Be(JsonValueKind.Object);
        message.GetProperty("percent").GetString().Should().Be("88%");
    }

    [Theory]
    [InlineData("quote\" and é 😀")]
    [InlineData("a&b=c?d#e+f %41")]
    [InlineData("123")]
    public async Task The_uid_of_the_query_is_taken_as_it_is(string uid)
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await HubClient.JoinAsync(server, uid);
        await using var backend = await TextBackend.ConnectAsync(server.Text);

        (await backend.AskAsync($$"""{"uid":{{JsonSerializer.Serialize(uid)}},"n":1}"""))
            .Should()
            .Be("ok");

        (await client.NextAsync()).Should().Contain("\"n\":1");
    }

    [Fact]
    public async Task A_client_may_say_its_uid_afterwards()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await HubClient.ConnectAsync(server.ClientsUrl);
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        (await backend.AskAsync("""{"uid":"a","n":1}""")).Should().Be("fail");

        await client.Connection.InvokeAsync("Register", "a");

        (await backend.AskAsync("""{"uid":"a","n":2}"""))
            .Should()
            .Be("ok", "the answer to Register says that it is done");
        (await client.NextAsync()).Should().Be("""{"uid":"a","n":2}""");
    }

    [Fact]
    public async Task The_first_uid_stays()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await HubClient.JoinAsync(server, "a");
        await using var backend = await TextBackend.ConnectAsync(server.Text);

        await client.Connection.SendAsync("Register", "b");

        (await backend.AskAsync("""{"uid":"a"}""")).Should().Be("ok");
        (await client.NextAsync()).Should().Be("""{"uid":"a"}""");
        (await backend.AskAsync("""{"uid":"b"}""")).Should().Be("fail");
    }

    [Fact]
    public async Task An_unknown_method_is_an_error_to_the_caller_and_nothing_else()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await HubClient.JoinAsync(server, "a");
        await using var backend = await TextBackend.ConnectAsync(server.Text);

        var invoke = () => client.Connection.InvokeAsync("Dance");

        await invoke.Should().ThrowAsync<HubException>();
        (await backend.AskAsync("""{"uid":"a"}""")).Should().Be("ok");
        (await client.NextAsync()).Should().Be("""{"uid":"a"}""");
    }

    [Fact]
    public async Task A_client_that_stopped_is_offline()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await HubClient.JoinAsync(server, "a");
        await using var backend = await TextBackend.ConnectAsync(server.Text);

        await client.Connection.StopAsync();

        await server.WaitForUidAsync("a", connections: 0);
        (await backend.AskAsync("""{"uid":"a"}""")).Should().Be("fail");
    }

    [Fact]
    public async Task A_thousand_messages_arrive_in_order()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await HubClient.JoinAsync(server, "a");
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        var lines = Enumerable.Range(0, 1000).Select(n => $$"""{"uid":"a","n":{{n}}}""").ToArray();

        await backend.SendAsync(string.Join('\n', lines) + "\n");

        (await backend.ReadLinesAsync(1000)).Should().OnlyContain(reply => reply == "ok");
        foreach (var line in lines)
        {
            (await client.NextAsync()).Should().Be(line);
        }
    }

    [Fact]
    public async Task One_uid_may_be_raw_and_hub_at_once()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var raw = await RawClient.JoinAsync(server, "a");
        await using var hub = await HubClient.JoinAsync(server, "a", nth: 2);
        await using var backend = await TextBackend.ConnectAsync(server.Text);

        (await backend.AskAsync("""{"uid":"a","n":1}""")).Should().Be("ok");
        (await raw.NextAsync()).Should().Be("""{"uid":"a","n":1}""");
        (await hub.NextAsync()).Should().Be("""{"uid":"a","n":1}""");

        await raw.LeaveAsync();
        await server.WaitForUidAsync("a");
        (await backend.AskAsync("""{"uid":"a","n":2}""")).Should().Be("ok");
        (await hub.NextAsync()).Should().Be("""{"uid":"a","n":2}""");
    }
}
