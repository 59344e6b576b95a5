using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Text;

/// <summary>The push every Workerman sample sends: a JSON object with a uid, relayed byte for byte.</summary>
public sealed class SeedPushTests
{
    public static TheoryData<string, string> Delivered =>
        new()
        {
            { """{"uid":"uid1","percent":"88%"}""", "uid1" },
            { """{"uid":123}""", "123" },
            { """{"uid":0}""", "0" },
            { """{"uid":-7}""", "-7" },
            { """{"uid":12345678901234567890}""", "12345678901234567890" },
            { """{"uid":"0123"}""", "0123" },
            { " { \"uid\" :\t\"uid1\" , \"b\" : 1.50 } ", "uid1" },
            { """{"z":1,"a":{"uid":"x","b":[{"uid":"y"}]},"uid":"uid1","m":null}""", "uid1" },
            { """{"uid":"uid1","x":"\u4f60 \/ é 😀 \u00e9","y":1E400,"z":-0.0}""", "uid1" },
            { """{"uid":"\u0061\u00e9"}""", "aé" },
            { """{"uid":"aé"}""", "aé" },
            { """{"\u0075id":"a"}""", "a" },
            { """{"u\u0069\u0064":"a"}""", "a" },
            { """{"uid":"x","uid":"a"}""", "a" },
            { """{"uid":"x","\u0075id":"a"}""", "a" },
            { """{"\u0075id":"x","uid":"a"}""", "a" },
            { """{"uid":{"x":1},"uid":"a"}""", "a" },
            { """{"uid":"a\"b\\c\/d"}""", "a\"b\\c/d" },
            { """{"uid":" a "}""", " a " },
            { """{"uid":"a","x":"\ud800"}""", "a" },
            { """{"uid":["a"]}""", "a" },
            { """{"uid":["nobody","a"]}""", "a" },
            { """{"uid":[7,"nobody"]}""", "7" },
            { $$"""{"uid":"{{new string('u', 256)}}"}""", new string('u', 256) },
            { $$"""{"uid":"a","deep":{{new string('[', 63)}}{{new string(']', 63)}}}""", "a" },
        };

    [Theory]
    [MemberData(nameof(Delivered))]
    public async Task The_client_receives_the_line_verbatim(string line, string uid)
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await RawClient.JoinAsync(server, uid);
        await using var backend = await TextBackend.ConnectAsync(server.Text);

        (await backend.AskAsync(line)).Should().Be("ok");
        (await client.NextAsync()).Should().Be(line);
    }

    public static TheoryData<string, string> Refused =>
        new()
        {
            // Nobody of that name, or no name at all.
            { """{"uid":"nobody"}""", "a" },
            { """{"uid":0}""", "a" },
            { """{"uid":"A"}""", "a" },
            { """{"uid":"a "}""", "a" },
            { """{"uid":"123"}""", "0123" },
            { "{}", "a" },
            { """{"percent":"88%"}""", "a" },
            { """{"UID":"a"}""", "a" },
            { """{"data":{"uid":"a"}}""", "a" },
            // A uid of the wrong kind; the sample took the first three for 1.
            { """{"uid":true}""", "1" },
            { """{"uid":1.9}""", "1" },
            { """{"uid":1.0}""", "1" },
            { """{"uid":1e3}""", "1000" },
            { """{"uid":1E0}""", "1" },
            { """{"uid":false}""", "0" },
            { """{"uid":null}""", "null" },
            { """{"uid":{}}""", "a" },
            { """{"uid":{"a":1}}""", "a" },
            { """{"uid":""}""", "a" },
            { """{"uid":"a\u0000"}""", "a" },
            { """{"uid":"a\nb"}""", "a" },
            { """{"uid":"\u001f"}""", "a" },
            { """{"uid":"\ud800"}""", "a" },
            { """{"uid":"\udc00\ud800"}""", "a" },
            { $$"""{"uid":"{{new string('u', 257)}}"}""", "a" },
            { """{"uid":"a","uid":null}""", "a" },
            { """{"uid":"a","uid":"nobody"}""", "a" },
            { """{"uid":[]}""", "a" },
            { """{"uid":["a",null]}""", "a" },
            { """{"uid":["a",["a"]]}""", "a" },
            { """{"uid":["a",true]}""", "a" },
            { """{"uid":["a",""]}""", "a" },
            { """{"uid":["a",{"b":"a"}]}""", "a" },
            // No JSON object.
            { "", "a" },
            { " ", "a" },
            { "a", "a" },
            { "[]", "a" },
            { """[{"uid":"a"}]""", "a" },
            { "\"abc\"", "a" },
            { "123", "123" },
            { "null", "null" },
            { "true", "true" },
            { """{"uid":"a"} {"uid":"a"}""", "a" },
            { """{"uid":"a"}{"uid":"a"}""", "a" },
            { """{"uid":"a"}x""", "a" },
            { """{"uid":"a"}]""", "a" },
            { """{"uid":"a",}""", "a" },
            { """{"uid":"a" """, "a" },
            { """{uid:"a"}""", "a" },
            { """{'uid':'a'}""", "a" },
            { """{"uid":"a" /* note */}""", "a" },
            { """{"uid":"a","x":NaN}""", "a" },
            { """{"uid":"a","x":+1}""", "a" },
            { """{"uid":"a","x":1.}""", "a" },
            { """{"uid":"a","x":01}""", "a" },
            { """{"uid":0123}""", "0123" },
            { """{"uid":"a","x":"\x"}""", "a" },
            { """{"uid":"a","x":"\u12"}""", "a" },
            { "{\"uid\":\"a\",\"x\":\"\t\"}", "a" },
            { "{\"uid\":\"a\",\"x\":\"\u0001\"}", "a" },
            { "{\"uid\":\"a\u0000\"}", "a" },
            { "{\"uid\":\"a\"}\u0000", "a" },
            { "\ufeff{\"uid\":\"a\"}", "a" },
            { $$"""{"uid":"a","deep":{{new string('[', 64)}}{{new string(']', 64)}}}""", "a" },
            { $$"""{"uid":"a","deep":{{new string('[', 100_000)}}}""", "a" },
        };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_refused_line_gets_fail_relays_nothing_and_keeps_the_connection(
        string line,
        string uid
    )
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await RawClient.JoinAsync(server, uid);
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        var good = $$"""{"uid":"{{uid}}"}""";
        // First a good one, so that the first-byte rule does not apply to the line under test.
        (await backend.AskAsync(good))
            .Should()
            .Be("ok");

        (await backend.AskAsync(line)).Should().Be("fail");

        (await backend.AskAsync(good)).Should().Be("ok");
        (await client.NextAsync(2)).Should().Equal(good, good);
    }

    [Theory]
    [InlineData("C0AF")]
    [InlineData("80")]
    [InlineData("FF")]
    [InlineData("E282")]
    [InlineData("EDA080")]
    [InlineData("F4908080")]
    public async Task Invalid_UTF8_anywhere_gets_fail_and_relays_nothing(string hex)
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await RawClient.JoinAsync(server, "a");
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        var bad = Convert.FromHexString(hex);

        await backend.SendAsync((byte[])[.. "{\"uid\":\"a\",\"x\":\""u8, .. bad, .. "\"}\n"u8]);
        await backend.SendAsync((byte[])[.. "{\"uid\":\"a"u8, .. bad, .. "\"}\n"u8]);
        await backend.SendAsync((byte[])[.. "{\"uid\":\"a\"}"u8, .. bad, .. "\n"u8]);
        await backend.SendAsync("{\"uid\":\"a\"}\n");

        (await backend.ReadLinesAsync(4)).Should().Equal("fail", "fail", "fail", "ok");
        (await client.NextAsync()).Should().Be("""{"uid":"a"}""");
    }

    [Fact]
    public async Task A_list_reaches_every_connection_of_each_uid_once()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var tab1 = await RawClient.JoinAsync(server, "a");
        await using var tab2 = await RawClient.JoinAsync(server, "a", nth: 2);
        await using var b = await RawClient.JoinAsync(server, "b");
        await using var c = await RawClient.JoinAsync(server, "c");
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        const string list = """{"uid":["a","b","a","nobody","\u0061"],"n":1}""";
        const string marker = """{"uid":["a","b","c"],"n":2}""";

        (await backend.AskAsync(list)).Should().Be("ok");
        (await backend.AskAsync(marker)).Should().Be("ok");

        foreach (var client in new[] { tab1, tab2, b })
        {
            (await client.NextAsync(2)).Should().Equal(list, marker);
        }

        (await c.NextAsync()).Should().Be(marker);
    }

    [Fact]
    public async Task The_lines_that_killed_the_sample_leave_every_client_connected()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await RawClient.JoinAsync(server, "uid1");
        await using var backend = await TextBackend.ConnectAsync(server.Text);

        await backend.SendAsync(
            "\"abc\"\n{\"uid\":{}}\n{\"uid\":[\"a\"]}\n{\"uid\":{\"a\":1}}\n{\"uid\":\"uid1\"}\n"
        );

        (await backend.ReadLinesAsync(5)).Should().Equal("fail", "fail", "fail", "fail", "ok");
        (await client.NextAsync()).Should().Be("""{"uid":"uid1"}""");
    }

    [Fact]
    public async Task Both_tabs_of_a_uid_get_every_message_and_closing_one_leaves_the_other()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var old = await RawClient.JoinAsync(server, "uid1");
        await using var young = await RawClient.JoinAsync(server, "uid1", nth: 2);
        await using var backend = await TextBackend.ConnectAsync(server.Text);

        (await backend.AskAsync("""{"uid":"uid1","n":1}""")).Should().Be("ok");
        (await old.NextAsync()).Should().Be("""{"uid":"uid1","n":1}""");
        (await young.NextAsync()).Should().Be("""{"uid":"uid1","n":1}""");

        await old.LeaveAsync();
        await server.WaitForUidAsync("uid1");
        (await backend.AskAsync("""{"uid":"uid1","n":2}""")).Should().Be("ok");
        (await young.NextAsync()).Should().Be("""{"uid":"uid1","n":2}""");

        await young.LeaveAsync();
        await server.WaitForUidAsync("uid1", connections: 0);
        (await backend.AskAsync("""{"uid":"uid1","n":3}""")).Should().Be("fail");
    }
}
