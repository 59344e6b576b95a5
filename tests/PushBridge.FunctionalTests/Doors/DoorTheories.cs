namespace PushBridge.FunctionalTests.Doors;

/// <summary>Every door for backends × every kind of client × every command: the same outcome and the same bytes, however many nodes there are.</summary>
public abstract class DoorTheories
{
    /// <summary>JSON that does not survive being read and written again: white space, escapes, digits, order, names given twice.</summary>
    private static readonly string[] Payloads =
    [
        """{"percent":"88%"}""",
        """{ "b" : 1.50, "a":[ ], "b":-0.0e+07 }""",
        """{"uid":"other","$cmd":"kick","data":1}""",
        "\"\\u00e9 é \\/ <\\u0000> \\ud83d\\ude00 😀 \u2028\"",
        "123456789012345678901234567890.123456789",
        "null",
        "[]",
        "{}",
    ];

    public static MatrixTheoryData<string, string> Pairs => Everywhere.Pairs;

    /// <summary>What backends and clients connect to, with nobody connected.</summary>
    internal abstract Task<IDeployment> StartAsync();

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task A_push_arrives_byte_for_byte(string door, string client)
    {
        await using var server = await StartAsync();
        await using var backend = await Everywhere.OpenAsync(door, server);
        await using var a = await Everywhere.JoinAsync(client, server, "a");

        foreach (var payload in Payloads)
        {
            (await backend.PushAsync(["a"], payload)).Should().Be(DoorOutcome.Reached(1));
        }

        foreach (var payload in Payloads)
        {
            (await a.NextAsync()).Should().Be(payload);
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task A_push_to_several_uids_reaches_each_connection_once(
        string door,
        string client
    )
    {
        await using var server = await StartAsync();
        await using var backend = await Everywhere.OpenAsync(door, server);
        await using var a = await Everywhere.JoinAsync(client, server, "a");
        await using var second = await Everywhere.JoinAsync(client, server, "a", nth: 2);
        await using var b = await Everywhere.JoinAsync(client, server, "b");
        await using var c = await Everywhere.JoinAsync(client, server, "c");

        (await backend.PushAsync(["a", "nobody", "b", "a"], "1"))
            .Should()
            .Be(DoorOutcome.Reached(3));

        await ExpectAsync(backend, "1", a, second, b);
        (await c.NextAsync()).Should().Be("\"end\"", "it was not addressed before");
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task A_broadcast_reaches_all_but_the_excepted(string door, string client)
    {
        await using var server = await StartAsync();
        await using var backend = await Everywhere.OpenAsync(door, server);
        (await backend.BroadcastAsync("0")).Should().Be(DoorOutcome.Reached(0));
        await using var a = await Everywhere.JoinAsync(client, server, "a");
        await using var b = await Everywhere.JoinAsync(client, server, "b");
        await using var c = await Everywhere.JoinAsync(client, server, "c");

        (await backend.BroadcastAsync(Payloads[1])).Should().Be(DoorOutcome.Reached(3));
        (await backend.BroadcastAsync("2", "b")).Should().Be(DoorOutcome.Reached(2));
        (await backend.BroadcastAsync("3", "b", "c")).Should().Be(DoorOutcome.Reached(1));

        (await a.NextAsync()).Should().Be(Payloads[1]);
        (await a.NextAsync()).Should().Be("2");
        (await b.NextAsync()).Should().Be(Payloads[1]);
        (await c.NextAsync()).Should().Be(Payloads[1]);
        (await c.NextAsync()).Should().Be("2");
        await ExpectAsync(backend, "3", a);
        (await b.NextAsync()).Should().Be("\"end\"");
        (await c.NextAsync()).Should().Be("\"end\"");
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task A_group_gets_its_messages_until_it_is_left(string door, string client)
    {
        await using var server = await StartAsync();
        await using var backend = await Everywhere.OpenAsync(door, server);
        await using var a = await Everywhere.JoinAsync(client, server, "a");
        await using var b = await Everywhere.JoinAsync(client, server, "b");
        await using var c = await Everywhere.JoinAsync(client, server, "c");

        (await backend.JoinAsync("a", "g")).Should().Be(DoorOutcome.Reached(1));
        (await backend.JoinAsync("b", "g")).Should().Be(DoorOutcome.Reached(1));
        (await backend.JoinAsync("b", "h")).Should().Be(DoorOutcome.Reached(1));
        (await backend.CountAsync("g")).Should().Be((2, 2));
        (await backend.GroupAsync(["g"], Payloads[1])).Should().Be(DoorOutcome.Reached(2));
        (await backend.GroupAsync(["g", "h", "none"], "2")).Should().Be(DoorOutcome.Reached(2));
        (await backend.GroupAsync(["g"], "3", "b", "c")).Should().Be(DoorOutcome.Reached(1));
        (await backend.GroupAsync(["g", "h"], "3", "b")).Should().Be(DoorOutcome.Reached(1));
        (await backend.GroupAsync(["h"], "4", "b")).Should().Be(DoorOutcome.Offline);
        (await backend.LeaveAsync("a", "g")).Should().Be(DoorOutcome.Reached(1));
        (await backend.LeaveAsync("a", "g")).Should().Be(DoorOutcome.Offline);
        (await backend.GroupAsync(["g"], "5")).Should().Be(DoorOutcome.Reached(1));

        (await a.NextAsync()).Should().Be(Payloads[1]);
        (await a.NextAsync()).Should().Be("2");
        (await b.NextAsync()).Should().Be(Payloads[1]);
        (await b.NextAsync()).Should().Be("2");
        (await b.NextAsync()).Should().Be("5");
        (await a.NextAsync()).Should().Be("3");
        await ExpectAsync(backend, "3", a);
        (await b.NextAsync()).Should().Be("\"end\"");
        (await c.NextAsync()).Should().Be("\"end\"");
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task A_kick_ends_the_connection_with_its_reason(string door, string client)
    {
        await using var server = await StartAsync();
        await using var backend = await Everywhere.OpenAsync(door, server);
        await using var a = await Everywhere.JoinAsync(client, server, "a");
        await using var b = await Everywhere.JoinAsync(client, server, "b");
        var closed = a.ClosedAsync(); // A client that polls is polling when it is kicked.

        (await backend.KickAsync("a", "signed out & \"moved\" é"))
            .Should()
            .Be(DoorOutcome.Reached(1));

        (await closed).Should().Be((4411, "signed out & \"moved\" é"));
        await server.WaitForUidAsync("a", connections: 0);
        (await backend.PushAsync(["a"], "1")).Should().Be(DoorOutcome.Offline);
        await ExpectAsync(backend, null, b);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Who_is_not_there_is_offline(string door, string client)
    {
        await using var server = await StartAsync();
        await using var backend = await Everywhere.OpenAsync(door, server);
        await using var a = await Everywhere.JoinAsync(client, server, "a");
        await using var second = await Everywhere.JoinAsync(client, server, "a", nth: 2);

        (await backend.PushAsync(["nobody"], "1")).Should().Be(DoorOutcome.Offline);
        (await backend.PushAsync(["nobody", "no one"], "1")).Should().Be(DoorOutcome.Offline);
        (await backend.GroupAsync(["nothing"], "1")).Should().Be(DoorOutcome.Offline);
        (await backend.JoinAsync("nobody", "g")).Should().Be(DoorOutcome.Offline);
        (await backend.LeaveAsync("nobody", "g")).Should().Be(DoorOutcome.Offline);
        (await backend.KickAsync("nobody", "why")).Should().Be(DoorOutcome.Offline);
        (await backend.OnlineAsync("nobody")).Should().Be(0);
        (await backend.OnlineAsync("a")).Should().Be(2);
        (await backend.CountAsync(null)).Should().Be((2, 1));
        (await backend.CountAsync("g")).Should().Be((0, 0));
        await ExpectAsync(backend, null, a, second);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task A_uid_and_a_group_are_taken_as_they_are(string door, string client)
    {
        string[] names =
        [
            "0123",
            "é 你 😀",
            "a/b",
            "a%2Fb",
            "?a=b&c#d+e",
            "{\"uid\":\"\\\"}",
            "...",
        ];
        await using var server = await StartAsync();
        await using var backend = await Everywhere.OpenAsync(door, server);
        foreach (var name in names)
        {
            await using var named = await Everywhere.JoinAsync(client, server, name);

            (await backend.OnlineAsync(name)).Should().Be(1, name);
            (await backend.PushAsync([name], "1")).Should().Be(DoorOutcome.Reached(1), name);
            (await backend.JoinAsync(name, name)).Should().Be(DoorOutcome.Reached(1), name);
            (await backend.GroupAsync([name], "2")).Should().Be(DoorOutcome.Reached(1), name);
            (await backend.BroadcastAsync("3", name)).Should().Be(DoorOutcome.Reached(0), name);
            (await backend.LeaveAsync(name, name)).Should().Be(DoorOutcome.Reached(1), name);

            (await named.NextAsync()).Should().Be("1");
            (await named.NextAsync()).Should().Be("2");
            var closed = named.ClosedAsync();
            (await backend.KickAsync(name, name)).Should().Be(DoorOutcome.Reached(1), name);
            (await closed).Should().Be((4411, name));
            await server.WaitForUidAsync(name, connections: 0);
        }
    }

    /// <summary>Each client has the message, or none when it is null, and then nothing more before the end.</summary>
    private static async Task ExpectAsync(
        IBackendDoor backend,
        string? message,
        params IPushedClient[] clients
    )
    {
        (await backend.BroadcastAsync("\"end\"")).Ok.Should().BeTrue();
        foreach (var client in clients)
        {
            if (message is not null)
            {
                (await client.NextAsync()).Should().Be(message);
            }

            (await client.NextAsync()).Should().Be("\"end\"");
        }
    }
}
