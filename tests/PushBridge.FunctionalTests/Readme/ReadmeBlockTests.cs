namespace PushBridge.FunctionalTests.Readme;

/// <summary>No code of the README is without a test: whoever adds some says here which one it is.</summary>
public sealed class ReadmeBlockTests
{
    /// <summary>How each block begins, and who runs it.</summary>
    private static readonly (string Begins, string Proof)[] Proofs =
    [
        ("dotnet run --project src/PushBridge.Server", "StartTests"),
        ("printf '%s\\n' '{\"uid\":\"uid1\",\"percent\":\"88%\"}'", nameof(ShellBlockTests)),
        ("$client = stream_socket_client(", "SeedTests"),
        ("curl http://127.0.0.1:5679/api/push/uid1", "CurlExampleTests"),
        ("curl http://127.0.0.1:5679/api/push/uid1", "CurlExampleTests"),
        ("curl -X PUT", "CurlExampleTests"),
        ("printf '%s\\n' '{\"uid\":\"uid1\",\"percent\":\"92%\"}'", "CurlExampleTests"),
        ("curl -X DELETE", "CurlExampleTests"),
        ("<script src=", nameof(PageBlockTests)),
        ("var ws = new WebSocket", nameof(PageBlockTests)),
        ("const connection = new signalR", "client-js/tests/signalr.test.mjs"),
        ("using Microsoft.AspNetCore.SignalR;", nameof(ProgramBlockTests)),
        ("using PushBridge.Client;", nameof(ProgramBlockTests)),
        ("require_once 'PushBridge.php';", "ReadmeTests"),
        ("dotnet run --project src/PushBridge.Server -- init", nameof(ShellBlockTests)),
        ("function pushToken(", "SetUpTests"),
        ("export PushBridge__Backends__Secrets__0=", nameof(ShellBlockTests)),
        ("$push = new PushBridge\\PushClient('tcp:", "ReadmeTests"),
        ("$client = stream_socket_client(", "ReadmeTests"),
        ("export PushBridge__Text__Certificate__Path=", nameof(ShellBlockTests)),
        ("$push = new PushBridge\\PushClient('tls:", "Php/TlsTests"),
        ("dotnet run --project src/PushBridge.Server -- --redis", nameof(ShellBlockTests)),
        (" backends ──> node A", "a picture"),
        ("pushbridge start -d", "TeachingTests"),
        ("{\n  \"PushBridge\"", nameof(ShellBlockTests)),
        ("curl http://127.0.0.1:5679/api/listeners", nameof(ShellBlockTests)),
        ("IPushListeners listeners", nameof(ProgramBlockTests)),
        ("export PushBridge__ReusePort=true", nameof(ShellBlockTests)),
        ("docker compose up", "ContainerFileTests"),
        ("docker compose --env-file", "ContainerFileTests"),
        ("scrape_configs:", "AuthenticationTests"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT=", "OtlpExportTests"),
        ("                clients", "a picture"),
        ("tests/run.sh", "itself"),
        ("dotnet pack PushBridge.sln", "PackageTests"),
    ];

    [Fact]
    public void Every_block_is_somebody_s()
    {
        ReadmeBlock
            .All.Should()
            .HaveSameCount(Proofs)
            .And.SatisfyRespectively(
                Proofs.Select<(string Begins, string Proof), Action<ReadmeBlock>>(proof =>
                    block => block.Code.Should().StartWith(proof.Begins, "{0} runs it", proof.Proof)
                )
            );
    }
}
