using System.Text.RegularExpressions;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Http;
using PushBridge.FunctionalTests.Peers;
using PushBridge.Server.Telemetry;

namespace PushBridge.FunctionalTests.Observability;

/// <summary>Metrics and traces by OTLP, as the standard variables ask for them, from a server in a process of its own.</summary>
public sealed partial class OtlpExportTests
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string CallerId = "00f067aa0ba902b7";

    [Fact]
    public async Task A_collector_gets_the_counts_and_the_spans_without_uids_and_payloads()
    {
        await using var collector = await OtlpCollector.OverHttpAsync();
        await using var server = await StartAsync(
            (Endpoint, collector.Url),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "200"),
            ("OTEL_BSP_SCHEDULE_DELAY", "200")
        );
        await using var client = await RawClient.ConnectAsync(server.ClientsUrl, "uid-of-alice");
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        using var http = new HttpClient { BaseAddress = server.HttpUrl };

        // What only operators read is no command.
        await PushBridgeServer.EventuallyAsync(
            () => http.GetStringAsync("/api/uids").Result.Contains("uid-of-alice"),
            "the client to be there"
        );
        await Push(backend, "uid-of-alice");
        await Push(backend, "uid-of-nobody");
        string caller = $"00-{TraceId}-{CallerId}-01";
        await http.PostAsync(
            "/api/push/uid-of-alice",
            """{"a":"secret payload"}""",
            ("traceparent", caller)
        );
        await http.PostAsync("/api/groups/group-of-alice", "1");
        await http.PostAsync("/api/push/uid-of-alice", "no json");
        await PushBridgeServer.EventuallyAsync(
            () =>
                collector.Spans.Count == 3
                && collector
                    .Points("pushbridge.commands")
                    .GetValueOrDefault("door=http,outcome=bad_request") == 1,
            "the export"
        );

        var commands = collector.Points("pushbridge.commands");
        commands["door=http,outcome=ok"].Should().Be(1);
        commands["door=http,outcome=offline"].Should().Be(1);
        commands["door=http,outcome=bad_request"].Should().Be(1);
        commands["door=text,outcome=ok"].Should().Be(1);
        collector.Points("pushbridge.deliveries")[""].Should().Be(2);
        collector.Points("pushbridge.push_to_write")[""].Should().Be(1);
        collector.Metrics.Should().Contain("dotnet.process.memory.working_set");
        collector.Resource["service.name"].Should().Be("pushbridge");
        collector.Resource["service.version"].Should().NotBeEmpty();

        collector.Spans.Should().HaveCount(3);
        var push = collector.Spans.Single(span => span.TraceId == TraceId);
        push.Name.Should().Be("pushbridge.push");
        push.ParentId.Should().Be(CallerId);
        push.Kind.Should().Be(2, "it is the server's side of a call");
        push.Attributes.Should()
            .Equal(
                new Dictionary<string, string>
                {
                    ["pushbridge.outcome"] = "ok",
                    ["pushbridge.connections"] = "1",
                }
            );
        Outcome("pushbridge.group", "offline");
        Outcome("pushbridge.push", "http_400");
        collector.Everything.Should().NotContain("of-alice").And.NotContain("payload");

        void Outcome(string name, string outcome)
        {
            var span = collector.Spans.Single(span =>
                span.Name == name && span.Attributes["pushbridge.outcome"] == outcome
            );
            span.ParentId.Should().BeEmpty("its caller is in no trace");
        }
    }

    [Fact]
    public async Task Grpc_is_the_default_and_the_environment_names_the_service_and_the_signals()
    {
        await using var collector = await OtlpCollector.OverGrpcAsync();
        await using var server = await StartAsync(
            ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", collector.Url),
            ("OTEL_SERVICE_NAME", "push-of-tests"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "1000")
        );
        using var http = new HttpClient { BaseAddress = server.HttpUrl };
        await PushBridgeServer.EventuallyAsync(() => collector.Paths.Any(), "the first export");
        await http.PostAsync("/api/push/nobody", "1");
        // What happened since leaves when the server ends.
        await StopAsync(server);

        collector
            .Paths.Distinct()
            .Should()
            .Equal("/opentelemetry.proto.collector.metrics.v1.MetricsService/Export");
        collector.Points("pushbridge.commands")["door=http,outcome=offline"].Should().Be(1);
        collector.Resource["service.name"].Should().Be("push-of-tests");
    }

    [Theory]
    [InlineData("", false, false)]
    [InlineData("OTEL_SERVICE_NAME=push", false, false)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=", false, false)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317", true, true)]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://c:4317", false, true)]
    [InlineData("OTEL_METRICS_EXPORTER=otlp", true, false)]
    [InlineData(
        "OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317 OTEL_METRICS_EXPORTER=none",
        false,
        true
    )]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317 OTEL_SDK_DISABLED=True", false, false)]
    public void The_environment_says_what_is_exported(string text, bool metrics, bool traces)
    {
        var environment = Of(text);

        environment.Problems().Should().BeEmpty();
        environment.ExportsMetrics.Should().Be(metrics);
        environment.ExportsTraces.Should().Be(traces);
    }

    [Theory]
    [InlineData("OTEL_TRACES_EXPORTER=otlp", "http://localhost:4317")]
    [InlineData(
        "OTEL_METRICS_EXPORTER=otlp OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
        "http://localhost:4318"
    )]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=https://u:p@c/path?key=k", "https://c:443")]
    [InlineData(
        "OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317 OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://[::1]:1",
        "http://c:4317 and http://[::1]:1"
    )]
    public void Where_it_goes_is_named_without_what_is_nobody_s_business(
        string text,
        string collectors
    )
    {
        var environment = Of(text);

        environment.Collectors.Should().Be(collectors);
    }

    [Fact]
    public async Task A_collector_that_does_not_answer_is_a_warning_and_holds_nothing_up()
    {
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        await using var server = await StartAsync(
            (Endpoint, $"http://user:password-of-the-collector@{silent.LocalEndpoint}"),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "100"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "100")
        );
        await PushBridgeServer.EventuallyAsync(
            () =>
                server.Output.Contains(
                    $"could not be exported by OTLP to http://{silent.LocalEndpoint} (",
                    StringComparison.Ordinal
                ),
            "the warning"
        );
        await StopAsync(server);

        Warning().Matches(server.Output).Should().HaveCountLessThanOrEqualTo(2);
        server.Output.Should().NotContain("password-of-the-collector");
    }

    [Fact]
    public async Task What_cannot_be_exported_by_keeps_the_server_from_starting()
    {
        var (code, _, errors) = await ServerProcess.RunAsync(
            ["--text", "nowhere"],
            [
                (Endpoint, "collector:4317"),
                ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/json"),
                ("OTEL_METRICS_EXPORTER", "prometheus"),
            ]
        );

        code.Should().Be(78);
        errors
            .Should()
            .Contain($"{Endpoint}: 'collector:4317' is not an http or https URL")
            .And.Contain("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json'")
            .And.Contain("OTEL_METRICS_EXPORTER: 'prometheus'")
            .And.Contain("PushBridge:Text:Listen", "all problems are said together");
    }

    private static OtlpEnvironment Of(string variables) =>
        new OtlpEnvironment().With(
            variables
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(variable => variable.Split('=', 2))
                .ToDictionary(parts => parts[0], parts => parts[1])
        );

    private static Task<ServerProcess> StartAsync(params (string, string)[] environment) =>
        ServerProcess.StartAsync(
            ["--clients", "127.0.0.1:0", "--text", "127.0.0.1:0", "--http", "127.0.0.1:0"],
            environment
        );

    private static async Task StopAsync(ServerProcess server)
    {
        await server.TerminateAsync();
        (await server.ExitCodeAsync()).Should().Be(0);
    }

    private static Task<string> Push(TextBackend backend, string uid) =>
        backend.AskAsync($$"""{"uid":"{{uid}}","text":"secret payload"}""");

    [GeneratedRegex("could not be exported", RegexOptions.None, 1000)]
    private static partial Regex Warning();
}
