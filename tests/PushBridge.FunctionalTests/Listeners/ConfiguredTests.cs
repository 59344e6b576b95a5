using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Http;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Listeners;

/// <summary>Listeners of the configuration: at start, and when the file changes.</summary>
public sealed class ConfiguredTests : IDisposable
{
    private const string Push = """{"uid":"uid1","n":1}""";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("pushbridge-");

    private string Settings => Path.Combine(folder.FullName, "pushbridge.json");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task They_open_with_the_server_each_with_its_own_TLS()
    {
        using RawWebSocket.TestCertificate certificate = new();
        await using PushBridgeServer server = await PushBridgeServer.StartAsync(
            "Listeners:lan:Protocol=clients",
            "Listeners:lan:Listen=127.0.0.1:0",
            "Listeners:secure:Protocol=Http",
            "Listeners:secure:Listen=127.0.0.1:0",
            $"Listeners:secure:Certificate:Path={certificate.Path}",
            $"Listeners:secure:Certificate:KeyPath={certificate.KeyPath}",
            "Listeners:file:Protocol=text",
            $"Listeners:file:Listen=unix:{Path.Combine(folder.FullName, "push.sock")}"
        );
        PushListener[] all = [.. server.Services.GetRequiredService<IPushListeners>().All];

        all.Select(listener => (listener.Name, listener.Source))
            .Should()
            .Equal(
                ("clients", ListenerSource.Start),
                ("text", ListenerSource.Start),
                ("http", ListenerSource.Start),
                ("file", ListenerSource.Configuration),
                ("lan", ListenerSource.Configuration),
                ("secure", ListenerSource.Configuration)
            );
        server
            .Logs.Select(line => line.Message)
            .Where(message => message.Contains(" opened: ", StringComparison.Ordinal))
            .Should()
            .BeEquivalentTo(
                all[3..]
                    .Select(further =>
                        $"Listener {further.Name} opened: {further.Protocol} on {further.Listen}"
                    ),
                "the banner has the others"
            );
        await using RawClient client = await RawClient.ConnectAsync(
            new Uri($"http://{all[4].Listen}"),
            "uid1"
        );
        await server.WaitForUidAsync("uid1");
        using HttpClient http = new(certificate.Handler(shown: null))
        {
            BaseAddress = new Uri($"https://{all[5].Listen}"),
        };
        (await http.PostAsync("/api/push/uid1", "1")).Status.Should().Be(200);
        await using TextBackend backend = await TextBackend.ConnectAsync(
            new UnixDomainSocketEndPoint(all[3].Listen["unix:".Length..])
        );
        (await backend.AskAsync(Push)).Should().Be("ok");
        (await client.NextAsync(2)).Should().Equal("1", Push);
    }

    [Theory]
    [InlineData("Listeners__lan__Listen", "0.0.0.0:0", "PushBridge:Listeners:lan:Listen: anybody")]
    [InlineData("Listeners__lan__Listen", "here", "PushBridge:Listeners:lan:Listen: ")]
    [InlineData("Listeners__lan__Protocol", "ftp", "PushBridge:Listeners:lan:Protocol")]
    [InlineData("Listeners__lan__ReusePort", "perhaps", "PushBridge:Listeners:lan:ReusePort")]
    [InlineData(
        "Listeners__lan__ClientCertificateAuthority",
        "/nowhere.pem",
        "PushBridge:Listeners:lan:ClientCertificateAuthority: "
    )]
    [InlineData("Listeners__http__Listen", "127.0.0.1:0", "PushBridge:Listeners:http: ")]
    public async Task What_is_wrong_with_one_is_named_and_the_exit_code_is_78(
        string variable,
        string value,
        string problem
    )
    {
        (int code, string output, string errors) = await ServerProcess.RunAsync(
            ["--clients", "127.0.0.1:0", "--text", "127.0.0.1:0", "--http", "127.0.0.1:0"],
            [
                ("PushBridge__Listeners__lan__Protocol", "text"),
                ("PushBridge__Listeners__http__Protocol", "text"),
                ("PushBridge__Listeners__http__Listen", "127.0.0.1:0"),
                ("PushBridge__Listeners__lan__Listen", "127.0.0.1:0"),
                ($"PushBridge__{variable}", value),
            ]
        );

        code.Should().Be(78);
        errors.Should().Contain(problem);
        (output + errors).Should().NotContain("   at ");
    }

    [Theory]
    [InlineData(
        "PushBridge:Listeners:lan:Listen: 127.0.0.1:5 is taken by PushBridge:Text:Listen (127.0.0.1:5)",
        "127.0.0.1:5",
        "Text__Listen=127.0.0.1:5"
    )]
    [InlineData(
        "PushBridge:Listeners:lan:Listen: [::]:5 is taken by PushBridge:Http:Listen (127.0.0.1:5)",
        "[::]:5",
        "Http__Listen=127.0.0.1:5",
        "ReusePort=true",
        "Listeners__lan__ReusePort=true",
        "Insecure=true"
    )]
    [InlineData(
        "PushBridge:Text:Listen: localhost:5 is taken by PushBridge:Clients:Listen (127.0.0.1:5)",
        "127.0.0.1:0",
        "Clients__Listen=127.0.0.1:5",
        "Text__Listen=localhost:5"
    )]
    [InlineData(
        "PushBridge:Listeners:lan:Listen: unix:/tmp/pushbridge-5 is taken by PushBridge:Text:Listen (unix:///tmp/pushbridge-5)",
        "unix:/tmp/pushbridge-5",
        "Text__Listen=unix:///tmp/pushbridge-5"
    )]
    public async Task Two_on_one_address_are_a_mistake(
        string problem,
        string listen,
        params string[] settings
    )
    {
        foreach (string verb in (string[])["check-config", "serve"])
        {
            (int code, string output, string errors) = await ServerProcess.RunAsync(
                [verb],
                [
                    ("PushBridge__Clients__Listen", "127.0.0.1:0"),
                    ("PushBridge__Text__Listen", "127.0.0.1:0"),
                    ("PushBridge__Http__Listen", "127.0.0.1:0"),
                    ("PushBridge__Listeners__lan__Protocol", "text"),
                    ("PushBridge__Listeners__lan__Listen", listen),
                    .. settings.Select(setting =>
                        ($"PushBridge__{setting.Split('=')[0]}", setting.Split('=')[1])
                    ),
                ]
            );

            (code, output, errors).Should().Be((78, "", $"pushbridge: {problem}"));
        }
    }

    [Fact]
    public async Task A_listener_whose_address_is_in_use_keeps_the_server_from_starting()
    {
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();

        (int code, _, string errors) = await ServerProcess.RunAsync(
            ["--clients", "127.0.0.1:0", "--text", "127.0.0.1:0", "--http", "127.0.0.1:0"],
            [
                ("PushBridge__Listeners__lan__Protocol", "http"),
                ("PushBridge__Listeners__lan__Listen", $"{taken.LocalEndpoint}"),
            ]
        );

        code.Should().Be(1);
        errors
            .Split('\n')
            .Should()
            .ContainSingle()
            .Which.Should()
            .Contain($"Cannot listen on {taken.LocalEndpoint}: the address is in use");
    }

    [Fact]
    public async Task Editing_the_file_opens_moves_and_closes_them_and_leaves_connections_alone()
    {
        Write(("a", Text()), ("b", Text()));
        await using PushBridgeServer server = await PushBridgeServer.StartWithFileAsync(Settings);
        IPushListeners listeners = server.Services.GetRequiredService<IPushListeners>();
        await using TextBackend first = await TextBackend.ConnectAsync(Find(listeners, "a")!);
        IPEndPoint b = Find(listeners, "b")!;
        await using TextBackend second = await TextBackend.ConnectAsync(b);
        await using RawClient client = await RawClient.JoinAsync(server, "uid1");
        (await first.AskAsync(Push)).Should().Be("ok");
        (await second.AskAsync(Push)).Should().Be("ok");

        Write(("b", Text()), ("c", Text("clients")), ("d", Text(listen: "nowhere")), ("e", Text()));
        await PushBridgeServer.EventuallyAsync(
            () => Find(listeners, "a") is null && Find(listeners, "e") is not null,
            "the change to take effect"
        );

        (await first.AskAsync(Push)).Should().Be("ok");
        Find(listeners, "b").Should().Be(b, "nothing changed there");
        (await second.AskAsync(Push)).Should().Be("ok");
        await using RawClient other = await RawClient.ConnectAsync(
            new Uri($"http://{Find(listeners, "c")}"),
            "uid2"
        );
        await server.WaitForUidAsync("uid2");
        Find(listeners, "d").Should().BeNull();
        server
            .Logs.Should()
            .ContainSingle(line => line.Level == LogLevel.Warning)
            .Which.Message.Should()
            .Contain("PushBridge:Listeners:d:Listen: Listen must be");
        (await client.NextAsync(4)).Should().OnlyContain(message => message == Push);
    }

    [Fact]
    public async Task What_waits_for_the_next_start_is_said_and_no_secret_with_it()
    {
        await File.WriteAllTextAsync(Settings, """{"PushBridge":{"Queue":{"MaxBytes":100000}}}""");
        await using PushBridgeServer server = await PushBridgeServer.StartWithFileAsync(Settings);

        await File.WriteAllTextAsync(
            Settings,
            """{"PushBridge":{"Text":{"MaxLineBytes":5000},"Backends":{"Secrets":["a-secret-of-the-backends"]},"Listeners":{"x":{"Protocol":"text","Listen":"127.0.0.1:0"}}}}"""
        );
        IPushListeners listeners = server.Services.GetRequiredService<IPushListeners>();
        await PushBridgeServer.EventuallyAsync(
            () => Find(listeners, "x") is not null,
            "the change to take effect"
        );

        server
            .Logs.Should()
            .ContainSingle(line => line.Level == LogLevel.Warning)
            .Which.Message.Should()
            .EndWith(
                ": PushBridge:Backends:Secrets:0, PushBridge:Queue:MaxBytes, PushBridge:Text:MaxLineBytes"
            );
    }

    [Fact]
    public async Task What_is_as_it_was_at_the_start_waits_for_nothing()
    {
        const string atStart = """{"PushBridge":{"Queue":{"MaxBytes":100000}}}""";
        await File.WriteAllTextAsync(Settings, atStart);
        await using PushBridgeServer server = await PushBridgeServer.StartWithFileAsync(Settings);

        await File.WriteAllTextAsync(
            Settings,
            """{"PushBridge":{"Queue":{"MaxBytes":200000},"Text":{"MaxLineBytes":5000}}}"""
        );
        await PushBridgeServer.EventuallyAsync(
            () => server.Logs.Any(line => line.Level == LogLevel.Warning),
            "the warning"
        );
        await File.WriteAllTextAsync(
            Settings,
            """{"PushBridge":{"Queue":{"MaxBytes":100000},"Listeners":{"x":{"Protocol":"text","Listen":"127.0.0.1:0"}}}}"""
        );
        IPushListeners listeners = server.Services.GetRequiredService<IPushListeners>();
        await PushBridgeServer.EventuallyAsync(
            () => Find(listeners, "x") is not null,
            "the change to take effect"
        );

        server.Logs.Should().ContainSingle(line => line.Level == LogLevel.Warning);
    }

    [Fact]
    public async Task A_listener_that_wants_a_new_secret_does_not_hide_that_the_secret_waits()
    {
        Write(("a", Text()));
        await using PushBridgeServer server = await PushBridgeServer.StartWithFileAsync(Settings);

        await File.WriteAllTextAsync(
            Settings,
            """{"PushBridge":{"Backends":{"Secrets":["0123456789abcdef"]},"Listeners":{"b":{"Protocol":"text","Listen":"0.0.0.0:0"}}}}"""
        );
        await PushBridgeServer.EventuallyAsync(
            () => server.Logs.Count(line => line.Level == LogLevel.Warning) == 2,
            "both warnings"
        );

        string[] warnings =
        [
            .. server
                .Logs.Where(line => line.Level == LogLevel.Warning)
                .Select(line => line.Message),
        ];
        warnings[0].Should().EndWith(": PushBridge:Backends:Secrets:0");
        warnings[1].Should().Contain("PushBridge:Listeners:b:Listen: ");
    }

    [Theory]
    [InlineData(
        """{"PushBridge":{"Listners":{},"Queue":{"MaxBytes":200000}}}""",
        "PushBridge:Listners: there is no such option; did you mean PushBridge:Listeners?"
    )]
    [InlineData(
        """{"PushBrige":{"Listeners":{}}}""",
        "PushBrige: nobody reads this in FILE; did you mean PushBridge?"
    )]
    public async Task With_a_key_that_nobody_reads_everything_stays_as_it_is(
        string json,
        string problem
    )
    {
        Write(("a", Text()));
        await using PushBridgeServer server = await PushBridgeServer.StartWithFileAsync(Settings);
        IPushListeners listeners = server.Services.GetRequiredService<IPushListeners>();
        IPEndPoint a = Find(listeners, "a")!;

        await File.WriteAllTextAsync(Settings, json);
        await PushBridgeServer.EventuallyAsync(
            () => server.Logs.Any(line => line.Level == LogLevel.Warning),
            "the mistake to be said"
        );
        await WaitForReadAsync();

        Find(listeners, "a").Should().Be(a);
        server
            .Logs.Should()
            .ContainSingle(line => line.Level == LogLevel.Warning)
            .Which.Message.Replace(Settings, "FILE")
            .Should()
            .Be($"The configuration was changed, but everything stays as it is: {problem}");

        Write(("b", Text()));
        await PushBridgeServer.EventuallyAsync(
            () => Find(listeners, "a") is null && Find(listeners, "b") is not null,
            "the next change to take effect"
        );
    }

    [Fact]
    public async Task Two_may_change_places()
    {
        Write(("a", Text()), ("b", Text("http")));
        await using PushBridgeServer server = await PushBridgeServer.StartWithFileAsync(Settings);
        IPushListeners listeners = server.Services.GetRequiredService<IPushListeners>();
        IPEndPoint a = Find(listeners, "a")!;
        IPEndPoint b = Find(listeners, "b")!;

        Write(("a", Text(listen: $"{b}")), ("b", Text("http", $"{a}")));

        await PushBridgeServer.EventuallyAsync(
            () => Equals(Find(listeners, "a"), b) && Equals(Find(listeners, "b"), a),
            "the change"
        );
        await using TextBackend backend = await TextBackend.ConnectAsync(b);
        (await backend.AskAsync("""{"$cmd":"ping"}""")).Should().Be("ok");
        server.Logs.Should().NotContain(line => line.Level == LogLevel.Warning);
    }

    [Fact]
    public async Task One_that_moves_is_open_there_before_it_leaves_and_makes_room_for_the_next()
    {
        IPEndPoint second = new(IPAddress.Loopback, Ports.Free());
        IPEndPoint third = new(IPAddress.Loopback, Ports.Free());
        Write(("a", Text()), ("b", Text(listen: $"{second}")));
        await using PushBridgeServer server = await PushBridgeServer.StartWithFileAsync(Settings);
        IPushListeners listeners = server.Services.GetRequiredService<IPushListeners>();

        Write(("a", Text(listen: $"{second}")), ("b", Text(listen: $"{third}")));

        await PushBridgeServer.EventuallyAsync(
            () => Equals(Find(listeners, "a"), second) && Equals(Find(listeners, "b"), third),
            "the change"
        );
        await PushBridgeServer.EventuallyAsync(() => Said(server).Length == 6, "all of it");
        Said(server)[2..]
            .Should()
            .Equal(
                $"Listener b opened: Text on {third}",
                "Listener b closed; 0 of its connections stay",
                $"Listener a opened: Text on {second}",
                "Listener a closed; 0 of its connections stay"
            );
        server.Logs.Should().NotContain(line => line.Level == LogLevel.Warning);
    }

    [Theory]
    [InlineData("0.0.0.0:{0}", "anybody who reaches 0.0.0.0:{0} could push.")]
    [InlineData("0.0.0.0:1", "anybody who reaches 0.0.0.0:1 could push.")]
    [InlineData(
        "127.0.0.1:{1}",
        "Cannot listen on 127.0.0.1:{1}: the address is in use by another"
    )]
    [InlineData("127.0.0.1:{2}", "Cannot listen on 127.0.0.1:{2}: the listener b does")]
    public async Task One_that_may_not_or_cannot_move_stays_open_where_it_is(
        string address,
        string problem
    )
    {
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        IPEndPoint a = new(IPAddress.Loopback, Ports.Free());
        Write(("a", Text(listen: $"{a}")), ("b", Text()));
        await using PushBridgeServer server = await PushBridgeServer.StartWithFileAsync(Settings);
        IPushListeners listeners = server.Services.GetRequiredService<IPushListeners>();
        object[] ports =
        [
            a.Port,
            ((IPEndPoint)taken.LocalEndpoint).Port,
            Find(listeners, "b")!.Port,
        ];

        Write(("a", Text(listen: string.Format(address, ports))), ("b", Text()), ("c", Text()));
        await PushBridgeServer.EventuallyAsync(
            () =>
                Find(listeners, "c") is not null
                && server.Logs.Any(line => line.Level == LogLevel.Warning),
            "the rest of the change"
        );

        Find(listeners, "a").Should().Be(a);
        Said(server).Should().NotContain(message => message.Contains("closed"));
        server
            .Logs.Should()
            .ContainSingle(line => line.Level == LogLevel.Warning)
            .Which.Message.Should()
            .StartWith(
                $"The configuration was changed, but: PushBridge:Listeners:a:Listen: {string.Format(problem, ports)}"
            );
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_and_an_address_in_use_change_nothing()
    {
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        Write(("a", Text()), ("b", Text()));
        await using PushBridgeServer server = await PushBridgeServer.StartWithFileAsync(Settings);
        IPushListeners listeners = server.Services.GetRequiredService<IPushListeners>();
        IPEndPoint a = Find(listeners, "a")!;

        await File.WriteAllTextAsync(Settings, """{"PushBridge":{"Listeners":{},}""");
        await WaitForReadAsync();
        File.Delete(Settings);
        await WaitForReadAsync();
        Find(listeners, "a").Should().Be(a);

        Write(("a", Text()), ("b", Text(listen: $"{taken.LocalEndpoint}")), ("c", Text()));
        await PushBridgeServer.EventuallyAsync(
            () => Find(listeners, "c") is not null && Find(listeners, "b") is not null,
            "the rest of the change, and b to be as it was"
        );

        Find(listeners, "a").Should().Be(a);
        await using TextBackend still = await TextBackend.ConnectAsync(Find(listeners, "b")!);
        (await still.AskAsync("""{"$cmd":"ping"}""")).Should().Be("ok");
        server
            .Logs.Should()
            .Contain(line =>
                line.Message.Contains("PushBridge:Listeners:b:Listen: Cannot listen on")
            );
    }

    /// <summary>What the log says about listeners that open and close.</summary>
    private static string[] Said(PushBridgeServer server) =>
        [
            .. server
                .Logs.Select(line => line.Message)
                .Where(message => message.StartsWith("Listener ", StringComparison.Ordinal)),
        ];

    private static IPEndPoint? Find(IPushListeners listeners, string name) =>
        listeners.All.SingleOrDefault(listener => listener.Name == name) is { } found
            ? IPEndPoint.Parse(found.Listen)
            : null;

    private static JsonObject Text(string protocol = "text", string listen = "127.0.0.1:0") =>
        new() { ["Protocol"] = protocol, ["Listen"] = listen };

    /// <summary>The file is looked at twice a second, and read when it has not changed in between.</summary>
    private static Task WaitForReadAsync() => Task.Delay(TimeSpan.FromSeconds(1.2));

    private void Write(params (string Name, JsonObject Listener)[] listeners)
    {
        JsonObject all = [];
        foreach ((string name, JsonObject listener) in listeners)
        {
            all[name] = listener;
        }
        JsonObject file = new() { ["PushBridge"] = new JsonObject { ["Listeners"] = all } };
        File.WriteAllText(Settings + ".new", file.ToJsonString());
        File.Move(Settings + ".new", Settings, overwrite: true);
    }
}
