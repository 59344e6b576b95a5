using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Server;

/// <summary>Starting the executable: the banner, where settings come from, and errors a person can act on.</summary>
public sealed class StartTests
{
    [Fact]
    public async Task The_banner_says_what_listens_where_and_it_does()
    {
        await using var server = await ServerProcess.StartAsync();

        server.ClientsUrl.Scheme.Should().Be("http");
        server.Output.Should().MatchRegex(@"(?m)^  text +tcp://127\.0\.0\.1:\d+$");
        server.HttpUrl.Scheme.Should().Be("http");
        new[] { server.Clients.Port, server.Text.Port, server.Http.Port }
            .Should()
            .OnlyHaveUniqueItems();

        await using var client = await RawClient.ConnectAsync(server.ClientsUrl, "uid1");
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        await UntilOkAsync(backend, """{"uid":"uid1","percent":"88%"}""");
        (await client.NextAsync()).Should().Be("""{"uid":"uid1","percent":"88%"}""");
    }

    [Fact]
    public async Task The_banner_shows_how_to_send_the_first_push()
    {
        await using var server = await ServerProcess.StartAsync();

        server
            .Output.Should()
            .Contain("\"uid\"", "a line to copy is there")
            .And.Contain($"{server.Text.Port}");
        server.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task The_verb_serve_may_be_written()
    {
        await using var server = await ServerProcess.StartAsync(
            ["serve", "--clients", "127.0.0.1:0", "--text", "127.0.0.1:0", "--http", "127.0.0.1:0"],
            []
        );

        await using var backend = await TextBackend.ConnectAsync(server.Text);
        (await backend.AskAsync("""{"$cmd":"ping"}""")).Should().Be("ok");
    }

    [Fact]
    public async Task The_command_line_says_where_to_listen()
    {
        int port = Ports.Free();
        await using var server = await ServerProcess.StartAsync(
            ["--clients", "127.0.0.1:0", "--text", $"127.0.0.1:{port}", "--http", "127.0.0.1:0"],
            []
        );

        server.Text.Port.Should().Be(port);
    }

    [Fact]
    public async Task Environment_variables_say_where_to_listen()
    {
        int port = Ports.Free();
        await using var server = await ServerProcess.StartAsync(
            ["--clients", "127.0.0.1:0"],
            [
                ("PushBridge__Text__Listen", $"127.0.0.1:{port}"),
                ("PushBridge__Http__Listen", "127.0.0.1:0"),
                ("PushBridge__Clients__Listen", "not used: the command line comes first"),
            ]
        );

        server.Text.Port.Should().Be(port);
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        (await backend.AskAsync("""{"$cmd":"ping"}""")).Should().Be("ok");
    }

    [Fact]
    public async Task Appsettings_beside_the_program_say_where_to_listen()
    {
        DirectoryInfo copy = Directory.CreateTempSubdirectory("pushbridge-");
        try
        {
            foreach (string file in Directory.EnumerateFiles(ServerProcess.BuiltFolder))
            {
                File.Copy(file, Path.Combine(copy.FullName, Path.GetFileName(file)));
            }

            int port = Ports.Free();
            var settings = new JsonObject
            {
                ["PushBridge"] = new JsonObject
                {
                    ["Clients"] = new JsonObject { ["Listen"] = "127.0.0.1:0" },
                    ["Text"] = new JsonObject { ["Listen"] = $"127.0.0.1:{port}" },
                    ["Http"] = new JsonObject { ["Listen"] = "127.0.0.1:0" },
                },
            };
            await File.WriteAllTextAsync(
                Path.Combine(copy.FullName, "appsettings.json"),
                settings.ToJsonString()
            );

            await using var server = await ServerProcess.StartAsync([], [], copy.FullName);

            server.Text.Port.Should().Be(port);
        }
        finally
        {
            copy.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("--clients")]
    [InlineData("--text")]
    [InlineData("--http")]
    public async Task A_port_in_use_is_one_clear_line_and_exit_code_1(string option)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        string address = $"127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";
        string[] all =
        [
            "--clients",
            "127.0.0.1:0",
            "--text",
            "127.0.0.1:0",
            "--http",
            "127.0.0.1:0",
        ];
        all[Array.IndexOf(all, option) + 1] = address;

        var (code, output, errors) = await ServerProcess.RunAsync(all);

        code.Should().Be(1);
        errors.Split('\n').Should().ContainSingle().Which.Should().Contain(address);
        (output + errors).Should().NotContain("Exception").And.NotContain("   at ");
    }

    [Theory]
    [InlineData("PushBridge__Queue__MaxBytes", "0", "Queue:MaxBytes")]
    [InlineData("PushBridge__Clients__HelloTimeout", "-00:00:01", "Clients:HelloTimeout")]
    [InlineData("PushBridge__Text__Listen", "somewhere", "Text:Listen")]
    [InlineData("PushBridge__Text__MaxLineBytes", "many", "Text:MaxLineBytes")]
    public async Task A_bad_option_is_named_and_the_exit_code_is_78(
        string variable,
        string value,
        string option
    )
    {
        var (code, output, errors) = await ServerProcess.RunAsync(
            ["--clients", "127.0.0.1:0", "--http", "127.0.0.1:0"],
            [("PushBridge__Text__Listen", "127.0.0.1:0"), (variable, value)]
        );

        code.Should().Be(78);
        errors.Split('\n').Should().ContainSingle().Which.Should().Contain(option);
        (output + errors).Should().NotContain("   at ", "a stack trace helps nobody here");
    }

    [Fact]
    public async Task An_unknown_argument_is_refused_by_name()
    {
        var (code, output, errors) = await ServerProcess.RunAsync(["--clientz", "127.0.0.1:0"]);

        code.Should().NotBe(0);
        (output + errors).Should().Contain("--clientz").And.NotContain("   at ");
    }

    [Fact]
    public async Task Nothing_listens_beyond_loopback()
    {
        await using var server = await ServerProcess.StartAsync();
        int[] ports = [server.Clients.Port, server.Text.Port, server.Http.Port];

        IPEndPoint[] listening =
        [
            .. IPGlobalProperties
                .GetIPGlobalProperties()
                .GetActiveTcpListeners()
                .Where(endpoint => ports.Contains(endpoint.Port)),
        ];

        listening.Should().HaveCount(3);
        listening.Should().OnlyContain(endpoint => IPAddress.IsLoopback(endpoint.Address));
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task Health_is_on_the_http_port(string path)
    {
        await using var server = await ServerProcess.StartAsync();
        using var http = new HttpClient();

        using var answer = await http.GetAsync(new Uri(server.HttpUrl, path));

        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        using var elsewhere = await http.GetAsync(new Uri(server.ClientsUrl, path));
        elsewhere.StatusCode.Should().Be(HttpStatusCode.NotFound, "clients have no business there");
    }

    /// <summary>A raw client's hello is not answered, so the first pushes may come before it.</summary>
    private static async Task UntilOkAsync(TextBackend backend, string line)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (await backend.AskAsync(line) != "ok")
        {
            deadline.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
