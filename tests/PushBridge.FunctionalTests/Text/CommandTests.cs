using System.Text.Json;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Text;

/// <summary>Lines with <c>$cmd</c>: what each command does and answers.</summary>
public sealed class CommandTests
{
    [Theory]
    [InlineData("""{"a":1}""")]
    [InlineData("""{ "b" : [1, 2.50 ,"\u00e9"] }""")]
    [InlineData("[1,2,3]")]
    [InlineData("\"text \\n\"")]
    [InlineData("-1.5e+10")]
    [InlineData("true")]
    [InlineData("null")]
    [InlineData("{}")]
    public async Task Push_delivers_the_exact_bytes_of_data(string data)
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await RawClient.JoinAsync(server, "a");
        await using var backend = await TextBackend.ConnectAsync(server.Text);

        (await backend.AskAsync($$"""{"$cmd":"push","uid":"a","data": {{data}} }"""))
            .Should()
            .Be("ok");
        (await backend.AskAsync($$"""{"data":{{data}},"uid":["nobody","a"],"$cmd":"push"}"""))
            .Should()
            .Be("ok");

        (await client.NextAsync(2)).Should().Equal(data, data);
    }

    [Theory]
    [InlineData("""{"$cmd":"push","uid":"nobody","data":1}""")]
    [InlineData("""{"$cmd":"push","uid":"a"}""")]
    [InlineData("""{"$cmd":"push","data":1}""")]
    [InlineData("""{"$cmd":"push","uid":true,"data":1}""")]
    [InlineData("""{"$cmd":"push","uid":[],"data":1}""")]
    [InlineData("""{"$cmd":"broadcast"}""")]
    [InlineData("""{"$cmd":"group","data":1}""")]
    [InlineData("""{"$cmd":"group","group":"empty","data":1}""")]
    [InlineData("""{"$cmd":"group","group":"","data":1}""")]
    [InlineData("""{"$cmd":"join","uid":"nobody","group":"g"}""")]
    [InlineData("""{"$cmd":"join","uid":"a"}""")]
    [InlineData("""{"$cmd":"leave","uid":"a"}""")]
    [InlineData("""{"$cmd":"kick","uid":"nobody"}""")]
    [InlineData("""{"$cmd":"kick"}""")]
    [InlineData("""{"$cmd":"dance","uid":"a","data":1}""")]
    [InlineData("""{"$cmd":"PUSH","uid":"a","data":1}""")]
    [InlineData("""{"$cmd":"","uid":"a","data":1}""")]
    [InlineData("""{"$cmd":1,"uid":"a"}""")]
    [InlineData("""{"$cmd":null,"uid":"a"}""")]
    public async Task A_command_that_cannot_be_carried_out_gets_fail_and_keeps_the_connection(
        string line
    )
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await RawClient.JoinAsync(server, "a");
        await using var backend = await TextBackend.ConnectAsync(server.Text);

        (await backend.AskAsync(line)).Should().Be("fail");

        (await backend.AskAsync("""{"uid":"a","n":"marker"}""")).Should().Be("ok");
        (await client.NextAsync()).Should().Be("""{"uid":"a","n":"marker"}""");
    }

    [Fact]
    public async Task Broadcast_reaches_everybody_but_the_excepted()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var a = await RawClient.JoinAsync(server, "a");
        await using var b = await RawClient.JoinAsync(server, "b");
        await using var hub = await HubClient.JoinAsync(server, "c");
        await using var backend = await TextBackend.ConnectAsync(server.Text);

        (await backend.AskAsync("""{"$cmd":"broadcast","data":{"n":1},"except":["a"]}"""))
            .Should()
            .Be("ok");
        (await backend.AskAsync("""{"$cmd":"broadcast","data":{"n":2}}""")).Should().Be("ok");

        (await a.NextAsync()).Should().Be("""{"n":2}""");
        (await b.NextAsync(2)).Should().Equal("""{"n":1}""", """{"n":2}""");
        (await hub.NextAsync()).Should().Be("""{"n":1}""");
        (await hub.NextAsync()).Should().Be("""{"n":2}""");
    }

    [Fact]
    public async Task Broadcast_to_nobody_is_ok()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var backend = await TextBackend.ConnectAsync(server.Text);

        (await backend.AskAsync("""{"$cmd":"broadcast","data":1}""")).Should().Be("ok");
    }

    [Fact]
    public async Task A_group_message_reaches_its_members_until_they_leave()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var a = await RawClient.JoinAsync(server, "a");
        await using var b = await HubClient.JoinAsync(server, "b");
        await using var outsider = await RawClient.JoinAsync(server, "c");
        await using var backend = await TextBackend.ConnectAsync(server.Text);

        (await backend.AskAsync("""{"$cmd":"join","uid":["a","b"],"group":"g"}"""))
            .Should()
            .Be("ok");
        (await backend.AskAsync("""{"$cmd":"group","group":"g","data":1}""")).Should().Be("ok");
        (
            await backend.AskAsync(
                """{"$cmd":"group","group":["nobody here","g","g"],"data":2,"except":["b"]}"""
            )
        )
            .Should()
            .Be("ok");
        (await backend.AskAsync("""{"$cmd":"leave","uid":"a","group":"g"}""")).Should().Be("ok");
        (await backend.AskAsync("""{"$cmd":"group","group":"g","data":3}""")).Should().Be("ok");
        (await backend.AskAsync("""{"$cmd":"leave","uid":"b","group":"g"}""")).Should().Be("ok");
        (await backend.AskAsync("""{"$cmd":"group","group":"g","data":4}"""))
            .Should()
            .Be("fail", "nobody is in it");
        (await backend.AskAsync("""{"$cmd":"broadcast","data":5}""")).Should().Be("ok");

        (await a.NextAsync(3)).Should().Equal("1", "2", "5");
        (await b.NextAsync()).Should().Be("1");
        (await b.NextAsync()).Should().Be("3");
        (await b.NextAsync()).Should().Be("5");
        (await outsider.NextAsync()).Should().Be("5");
    }

    [Fact]
    public async Task Membership_belongs_to_the_connections_of_the_moment()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var old = await RawClient.JoinAsync(server, "a");
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        (await backend.AskAsync("""{"$cmd":"join","uid":"a","group":"g"}""")).Should().Be("ok");

        await using var young = await RawClient.JoinAsync(server, "a", nth: 2);
        (await backend.AskAsync("""{"$cmd":"group","group":"g","data":1}""")).Should().Be("ok");
        (await backend.AskAsync("""{"uid":"a"}""")).Should().Be("ok");

        (await old.NextAsync(2)).Should().Equal("1", """{"uid":"a"}""");
        (await young.NextAsync()).Should().Be("""{"uid":"a"}""", "it came after the join");

        await old.LeaveAsync();
        await server.WaitForUidAsync("a");
        (await backend.AskAsync("""{"$cmd":"group","group":"g","data":2}""")).Should().Be("fail");
    }

    [Fact]
    public async Task Kick_closes_every_connection_of_the_uid_with_4411()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var tab1 = await RawClient.JoinAsync(server, "a");
        await using var tab2 = await RawClient.JoinAsync(server, "a", nth: 2);
        await using var bystander = await RawClient.JoinAsync(server, "b");
        await using var backend = await TextBackend.ConnectAsync(server.Text);

        (await backend.AskAsync("""{"$cmd":"kick","uid":"a","reason":"signed out"}"""))
            .Should()
            .Be("ok");

        (await tab1.Closed).Code.Should().Be(4411);
        (await tab2.Closed).Should().Be((4411, "signed out"));
        await server.WaitForUidAsync("a", connections: 0);
        (await backend.AskAsync("""{"$cmd":"kick","uid":"a"}""")).Should().Be("fail");
        (await backend.AskAsync("""{"uid":"b"}""")).Should().Be("ok");
        (await bystander.NextAsync()).Should().Be("""{"uid":"b"}""");
    }

    [Fact]
    public async Task Messages_before_a_kick_arrive_before_the_close()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await RawClient.JoinAsync(server, "a");
        await using var backend = await TextBackend.ConnectAsync(server.Text);

        await backend.SendAsync(
            "{\"uid\":\"a\",\"n\":1}\n{\"$cmd\":\"kick\",\"uid\":\"a\"}\n{\"uid\":\"a\",\"n\":2}\n"
        );

        (await backend.ReadLinesAsync(3)).Should().Equal("ok", "ok", "fail");
        (await client.NextAsync()).Should().Be("""{"uid":"a","n":1}""");
        (await client.Closed).Code.Should().Be(4411);
    }

    [Fact]
    public async Task Online_counts_the_connections_of_each_uid()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var tab1 = await RawClient.JoinAsync(server, "a");
        await using var tab2 = await HubClient.JoinAsync(server, "a", nth: 2);
        await using var backend = await TextBackend.ConnectAsync(server.Text);

        (await backend.AskAsync("""{"$cmd":"online","uid":["a","b"]}"""))
            .Should()
            .Be("""{"ok":true,"online":{"a":2,"b":0}}""");
        (await backend.AskAsync("""{"$cmd":"online","uid":"a"}"""))
            .Should()
            .Be("""{"ok":true,"online":{"a":2}}""");

        string odd = await backend.AskAsync("""{"$cmd":"online","uid":"quote\" é"}""");
        JsonSerializer
            .Deserialize<JsonElement>(odd)
            .GetProperty("online")
            .GetProperty("quote\" é")
            .GetInt32()
            .Should()
            .Be(0, "the uid comes back as valid JSON");
    }

    [Fact]
    public async Task Count_tells_connections_and_uids_of_all_or_of_a_group()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        (await backend.AskAsync("""{"$cmd":"count"}"""))
            .Should()
            .Be("""{"ok":true,"connections":0,"uids":0}""");

        await using var tab1 = await RawClient.JoinAsync(server, "a");
        await using var tab2 = await HubClient.JoinAsync(server, "a", nth: 2);
        await using var other = await RawClient.JoinAsync(server, "b");
        (await backend.AskAsync("""{"$cmd":"join","uid":"a","group":"g"}""")).Should().Be("ok");

        (await backend.AskAsync("""{"$cmd":"count"}"""))
            .Should()
            .Be("""{"ok":true,"connections":3,"uids":2}""");
        (await backend.AskAsync("""{"$cmd":"count","group":"g"}"""))
            .Should()
            .Be("""{"ok":true,"connections":2,"uids":1}""");
        (await backend.AskAsync("""{"$cmd":"count","group":"empty"}"""))
            .Should()
            .Be("""{"ok":true,"connections":0,"uids":0}""");
    }

    [Fact]
    public async Task Quiet_is_answered_and_nothing_after_it()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await RawClient.JoinAsync(server, "a");
        await using var backend = await TextBackend.ConnectAsync(server.Text);

        await backend.SendAsync(
            "{\"uid\":\"a\",\"n\":0}\n{\"$cmd\":\"quiet\"}\n{\"uid\":\"a\",\"n\":1}\nnonsense\n{\"$cmd\":\"count\"}\n"
        );
        await backend.SendAsync("{\"uid\":\"a\",\"n\":2}\n{\"$cmd\":\"quiet\"}\n");
        backend.HalfClose();

        (await backend.ReadToEndAsync()).Should().Be("ok\nok\n");
        (await client.NextAsync(3))
            .Should()
            .Equal(Enumerable.Range(0, 3).Select(n => $$"""{"uid":"a","n":{{n}}}"""));
    }

    [Fact]
    public async Task Ping_is_answered_with_ok()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var backend = await TextBackend.ConnectAsync(server.Text);

        (await backend.AskAsync("""{"$cmd":"ping"}""")).Should().Be("ok");
        (await backend.AskAsync("""{"\u0024cmd":"\u0070ing"}"""))
            .Should()
            .Be("ok", "escapes are only another spelling");
    }
}
