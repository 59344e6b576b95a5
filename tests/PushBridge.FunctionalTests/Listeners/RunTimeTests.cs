using System.Net;
using System.Net.Sockets;
using PushBridge.FunctionalTests.Doors;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Http;
using PushBridge.FunctionalTests.Peers;
using PushBridge.Hosting.Options;

namespace PushBridge.FunctionalTests.Listeners;

/// <summary>Listeners that come and go while the server runs.</summary>
public sealed class RunTimeTests : IAsyncLifetime
{
    private const string Push = """{"uid":"uid1","n":1}""";
    private const string Ping = """{"$cmd":"ping"}""";

    private PushBridgeServer server = null!;
    private ListenerApi api = null!;

    public async ValueTask InitializeAsync()
    {
        server = await PushBridgeServer.StartAsync();
        api = new ListenerApi(server.HttpUrl);
    }

    public async ValueTask DisposeAsync()
    {
        api.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task All_share_one_registry()
    {
        IPEndPoint clients = await api.OpenAsync("more-clients", "clients");
        IPEndPoint text = await api.OpenAsync("more-text", "text");
        IPEndPoint http = await api.OpenAsync("more-http", "http");

        await using RawClient raw = await RawClient.ConnectAsync(Url(clients), "uid1");
        await using RawClient first = await RawClient.ConnectAsync(server.ClientsUrl, "uid1");
        await using HubClient hub = await HubClient.ConnectAsync(Url(clients), "uid1");
        await server.WaitForUidAsync("uid1", 3);
        await using TextBackend backend = await TextBackend.ConnectAsync(text);
        (await backend.AskAsync(Push)).Should().Be("ok");
        using HttpClient program = new() { BaseAddress = Url(http) };
        (await program.PostAsync("/api/push/uid1", "2"))
            .IsReply("""{"ok":true,"connections":3}""")
            .Should()
            .BeTrue();

        (await raw.NextAsync(2)).Should().Equal(Push, "2");
        (await first.NextAsync(2)).Should().Equal(Push, "2");
        (await hub.NextAsync()).Should().Be(Push);
        (await api.ShowAsync())
            .Should()
            .Equal(
                new Dictionary<string, int>
                {
                    ["clients"] = 1,
                    ["text"] = 0,
                    ["http"] = 1,
                    ["more-clients"] = 2,
                    ["more-http"] = 1,
                    ["more-text"] = 1,
                }
            );
    }

    [Fact]
    public async Task Closing_one_frees_its_address_and_leaves_every_connection_alone()
    {
        IPEndPoint clients = await api.OpenAsync("c", "clients");
        IPEndPoint text = await api.OpenAsync("t", "text");
        IPEndPoint http = await api.OpenAsync("h", "http");
        await using RawClient raw = await RawClient.ConnectAsync(Url(clients), "uid1");
        await using HubClient hub = await HubClient.ConnectAsync(Url(clients), "uid1");
        await server.WaitForUidAsync("uid1", 2);
        await using TextBackend backend = await TextBackend.ConnectAsync(text);
        await backend.AskAsync(Ping);
        using HttpClient program = new() { BaseAddress = Url(http) };
        await program.AskAsync(HttpMethod.Get, "/api/count");

        foreach (string name in (string[])["c", "t", "h"])
        {
            (await api.CloseAsync(name)).Status.Should().Be(200);
        }

        foreach (IPEndPoint closed in (IPEndPoint[])[clients, text, http])
        {
            await Ports.IsRefusedAsync(closed);
            using Socket other = new(SocketType.Stream, ProtocolType.Tcp);
            other.Bind(closed);
            other.Listen();
        }
        (await backend.AskAsync(Push)).Should().Be("ok");
        (await program.PostAsync("/api/push/uid1", "2")).Body.Should().Contain("2");
        (await raw.NextAsync(2)).Should().Equal(Push, "2");
        (await hub.NextAsync()).Should().Be(Push);
    }

    [Fact]
    public async Task Dismissed_connections_end_in_good_order()
    {
        IPEndPoint clients = await api.OpenAsync("c", "clients");
        IPEndPoint text = await api.OpenAsync("t", "text");
        IPEndPoint http = await api.OpenAsync("h", "http");
        await using RawClient other = await RawClient.JoinAsync(server, "uid1");
        await using RawClient raw = await RawClient.ConnectAsync(Url(clients), "uid1");
        HubClientWire hub = await HubClientWire.ConnectAsync(Url(clients), "?uid=uid1");
        await using IHubTransport poll = await LongPollingTransport.OpenAsync(
            Url(clients),
            "uid=uid1"
        );
        await server.WaitForUidAsync("uid1", 4);
        await using TextBackend backend = await TextBackend.ConnectAsync(text);
        (await backend.AskAsync(Push)).Should().Be("ok");
        using HttpClient program = new() { BaseAddress = Url(http) };
        await program.AskAsync(HttpMethod.Get, "/api/count");

        Task<(string Error, bool MayReconnect)> told = TellAsync(hub);
        foreach (string name in (string[])["c", "t", "h"])
        {
            ApiAnswer answer = await api.CloseAsync(name, dismiss: true);
            answer.Status.Should().Be(200);
            answer.Body.Should().Contain("\"connections\":0");
        }

        (await raw.NextAsync()).Should().Be(Push);
        (await raw.Closed).Should().Be((1001, "going away"));
        (await told).Should().Be(("1001 going away", true));
        (await backend.ReadToEndAsync()).Should().BeEmpty();
        await server.WaitForUidAsync("uid1");
        (await other.NextAsync()).Should().Be(Push);
        await using TextBackend first = await TextBackend.ConnectAsync(server.Text);
        (await first.AskAsync(Push)).Should().Be("ok");
        (await other.NextAsync()).Should().Be(Push);
    }

    [Theory]
    [InlineData("""{"name":"a b","protocol":"text","listen":"127.0.0.1:0"}""", 400, "name: ")]
    [InlineData("""{"protocol":"text","listen":"127.0.0.1:0"}""", 400, "name: ")]
    [InlineData("""{"name":"x","listen":"127.0.0.1:0"}""", 400, "protocol: ")]
    [InlineData("""{"name":"x","protocol":"text"}""", 400, "listen: ")]
    [InlineData("""{"name":"x","protocol":"text","listen":"somewhere"}""", 400, "listen: ")]
    [InlineData(
        """{"name":"x","protocol":"ftp","listen":"127.0.0.1:0"}""",
        400,
        "protocol has to be one of clients, text, http."
    )]
    [InlineData(
        """{"name":"x","protocol":"text","listen":"127.0.0.1:0","port":1}""",
        400,
        "There is no option port; there are name, protocol, listen, reusePort, certificate, clientCertificateAuthority."
    )]
    [InlineData(
        """{"name":"x","certificate":{"file":"x"}}""",
        400,
        "There is no option certificate.file; there are path, keyPath, password."
    )]
    [InlineData("""{"name":"x","certificate":7}""", 400, "certificate has to be a JSON object.")]
    [InlineData("""{"name":"x","reusePort":"yes"}""", 400, "reusePort has to be true or false.")]
    [InlineData("""{"name":"x","listen":5}""", 400, "listen has to be text in quotes.")]
    [InlineData(
        """{"name":"x","protocol":"http","listen":"127.0.0.1:0","certificate":{"path":"/nowhere.pem"}}""",
        400,
        "certificate.path: "
    )]
    [InlineData("""{"name":"x","protocol":"http","listen":"unix:/tmp/x.sock"}""", 400, "listen: ")]
    [InlineData("""{"name":"x","protocol":"text","listen":"unix:/a\u0000b"}""", 400, "listen: ")]
    [InlineData(
        """{"name":"x","protocol":"text","listen":"unix:/nowhere/x.sock"}""",
        400,
        "there is no folder /nowhere"
    )]
    [InlineData("""[]""", 400, "JSON object")]
    [InlineData("""{""", 400, "JSON object")]
    [InlineData("""{"name":"x","protocol":"text","listen":"0.0.0.0:0"}""", 403, "listen: anybody")]
    [InlineData(
        """{"name":"x","protocol":"clients","listen":"0.0.0.0:0"}""",
        403,
        "listen: a client"
    )]
    [InlineData("""{"name":"HTTP","protocol":"http","listen":"127.0.0.1:0"}""", 409, "HTTP is one")]
    [InlineData("""{"name":"x","protocol":"text","listen":"192.0.2.1:0"}""", 403, "anybody")]
    public async Task What_cannot_be_opened_is_a_clear_problem(
        string body,
        int status,
        string problem
    )
    {
        ApiAnswer answer = await api.OpenAsync(body);

        answer.ShouldBeProblem(status);
        answer.Body.Should().Contain(problem);
        (await api.ShowAsync()).Should().HaveCount(3);
    }

    [Fact]
    public async Task A_name_or_an_address_that_is_taken_is_a_conflict()
    {
        using TcpListener foreign = new(IPAddress.Loopback, 0);
        foreign.Start();
        await api.OpenAsync("x", "text");

        (
            await api.OpenAsync("""{"name":"X","protocol":"text","listen":"127.0.0.1:0"}""")
        ).ShouldBeProblem(409);
        foreach (string protocol in (string[])["clients", "text", "http"])
        {
            ApiAnswer taken = await api.OpenAsync(
                $$"""{"name":"y","protocol":"{{protocol}}","listen":"{{foreign.LocalEndpoint}}"}"""
            );
            taken.ShouldBeProblem(409);
            taken.Body.Should().Contain("the address is in use by another process");
            ApiAnswer ours = await api.OpenAsync(
                $$"""{"name":"y","protocol":"{{protocol}}","listen":"{{server.Text}}","reusePort":true}"""
            );
            ours.ShouldBeProblem(409);
            ours.Body.Should().Contain("the listener text does");
        }
    }

    [Theory]
    [InlineData("dismis=true", "There is no query parameter dismis; there is dismiss.")]
    [InlineData("dismiss=true&x=1", "There is no query parameter x; there is dismiss.")]
    [InlineData("dismiss=maybe", "The query parameter dismiss is true or false.")]
    [InlineData("dismiss=", "The query parameter dismiss is true or false.")]
    [InlineData("dismiss=true&dismiss=false", "The query parameter dismiss is true or false.")]
    public async Task A_query_that_is_misspelt_closes_nothing(string query, string problem)
    {
        IPEndPoint open = await api.OpenAsync($"q{query.Length}", "text");

        ApiAnswer answer = await api.CloseAsync($"q{query.Length}?{query}");

        answer.ShouldBeProblem(400);
        answer.Body.Should().Contain(problem);
        await using TextBackend backend = await TextBackend.ConnectAsync(open);
        (await backend.AskAsync("""{"$cmd":"ping"}""")).Should().Be("ok");
        (await api.CloseAsync($"q{query.Length}?dismiss=True")).Status.Should().Be(200);
    }

    [Fact]
    public async Task A_listener_that_is_asked_to_dismiss_itself_answers_first()
    {
        IPEndPoint own = await api.OpenAsync("own", "http");
        using ListenerApi asker = new(Url(own));

        ApiAnswer answer = await asker.CloseAsync("OWN", dismiss: true);

        answer.Status.Should().Be(200);
        await Ports.IsRefusedAsync(own);
        await PushBridgeServer.EventuallyAsync(
            () => server.Services.GetRequiredService<IPushListeners>().All.Count == 3,
            "three listeners"
        );
    }

    [Fact]
    public async Task A_pipe_in_the_place_of_a_socket_is_no_reason_to_wait()
    {
        string pipe = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.sock");
        (await ChildProcess.RunAsync("mkfifo", [pipe])).ExitCode.Should().Be(0);

        ApiAnswer answer = await api.OpenAsync(
            $$"""{"name":"x","protocol":"text","listen":"unix:{{pipe}}"}"""
        );

        answer.ShouldBeProblem(400);
        answer.Body.Should().Contain("the file is no socket");
        File.Delete(pipe);
    }

    [Fact]
    public async Task The_first_three_stay_and_what_is_not_there_cannot_be_closed()
    {
        (await api.CloseAsync("nobody")).ShouldBeProblem(404);
        (await api.CloseAsync("http")).ShouldBeProblem(409);
        await api.OpenAsync("x", "text");
        (await api.CloseAsync("X")).Status.Should().Be(200);
        (await api.CloseAsync("x")).ShouldBeProblem(404);
    }

    [Fact]
    public async Task A_certificate_and_a_Host_rule_of_its_own()
    {
        using RawWebSocket.TestCertificate certificate = new();
        ApiAnswer answer = await api.OpenAsync(
            $$"""
            {"name":"tls","protocol":"text","listen":"127.0.0.1:0",
            "certificate":{"path":"{{certificate.Path}}","keyPath":"{{certificate.KeyPath}}"},
            "clientCertificateAuthority":"{{certificate.AuthorityPath}}"}
            """
        );
        answer.Status.Should().Be(200, answer.Body);
        PushListener opened = server
            .Services.GetRequiredService<IPushListeners>()
            .All.Single(listener => listener.Name == "tls");
        opened.IsTls.Should().BeTrue();
        await using TextBackend secure = await TextBackend.ConnectTlsAsync(
            IPEndPoint.Parse(opened.Listen),
            certificate.Client()
        );
        (await secure.AskAsync(Ping)).Should().Be("ok");
        await using TextBackend plain = await TextBackend.ConnectAsync(server.Text);
        (await plain.AskAsync(Ping)).Should().Be("ok");
    }

    [Fact]
    public async Task An_application_does_the_same()
    {
        IPushListeners listeners = server.Services.GetRequiredService<IPushListeners>();
        ListenerOptions options = new()
        {
            Protocol = ListenerProtocol.Text,
            Listen = "127.0.0.1:0",
        };

        ListenerResult opened = await listeners.OpenAsync("mine", options);
        ListenerResult again = await listeners.OpenAsync("mine", options);
        ListenerResult closed = await listeners.CloseAsync("mine");
        ListenerResult missing = await listeners.CloseAsync("mine");

        opened.Ok.Should().BeTrue();
        opened.Listener!.Source.Should().Be(ListenerSource.Request);
        again.Failure.Should().Be(ListenerFailure.NameTaken);
        closed.Listener.Should().Be(opened.Listener);
        missing.Failure.Should().Be(ListenerFailure.NotFound);
    }

    /// <summary>What a hub client is told at the end; then it hangs up.</summary>
    private static async Task<(string Error, bool MayReconnect)> TellAsync(HubClientWire hub)
    {
        await using (hub)
        {
            return await hub.CloseMessageAsync();
        }
    }

    private static Uri Url(IPEndPoint listener) => new($"http://{listener}");
}
