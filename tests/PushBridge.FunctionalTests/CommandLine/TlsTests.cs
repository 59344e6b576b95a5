using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;
using PushBridge.FunctionalTests.RawWebSocket;

namespace PushBridge.FunctionalTests.CommandLine;

/// <summary>Commands that ask a server whose ports have TLS.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly TestCertificate certificate = new();

    public void Dispose() => certificate.Dispose();

    [Fact]
    public async Task The_configuration_s_own_certificate_is_trusted_and_a_stranger_s_is_not()
    {
        await using PushBridgeServer server = await PushBridgeServer.StartAsync([
            .. certificate.SettingsOf("Http"),
            .. certificate.SettingsOf("Clients"),
        ]);
        string[] status = ["status", "--server", server.HttpUrl.ToString()];

        var (code, _, errors) = await ServerProcess.RunAsync(status);
        code.Should().Be(1);
        errors.Should().Contain("--certificate-authority").And.NotContain("   at ");

        (code, _, errors) = await ServerProcess.RunAsync([
            .. status,
            "--certificate-authority",
            certificate.AuthorityPath,
        ]);
        (code, errors).Should().Be((0, ""));

        (code, _, errors) = await ServerProcess.RunAsync(status, EnvironmentOf("Http"));
        (code, errors).Should().Be((0, ""));

        await using ServerProcess tail = ServerProcess.LaunchInShell(
            "exec \"$@\"",
            ["tail", "uid1", "-n", "1", "--server", server.ClientsUrl.ToString()],
            EnvironmentOf("Clients")
        );
        await server.WaitForUidAsync("uid1");
        (code, _, errors) = await ServerProcess.RunAsync(
            ["push", "uid1", "1", "--server", server.HttpUrl.ToString()],
            EnvironmentOf("Http")
        );
        (code, errors).Should().Be((0, ""));
        (await tail.ExitCodeAsync()).Should().Be(0);
    }

    [Fact]
    public async Task A_client_certificate_is_as_good_as_a_secret()
    {
        await using PushBridgeServer server = await PushBridgeServer.StartAsync(
            certificate.MutualSettingsOf("Http")
        );
        TestClientCertificate client = certificate.Client();
        string[] status =
        [
            "status",
            "--server",
            server.HttpUrl.ToString(),
            "--certificate-authority",
            certificate.AuthorityPath,
        ];

        (await ServerProcess.RunAsync(status)).ExitCode.Should().Be(1);
        var (code, _, errors) = await ServerProcess.RunAsync([
            .. status,
            "--client-certificate",
            client.Path,
            "--client-key",
            client.KeyPath,
        ]);
        (code, errors).Should().Be((0, ""));

        (code, _, errors) = await ServerProcess.RunAsync([
            .. status,
            "--client-certificate",
            "/nowhere/client.pem",
        ]);
        code.Should().Be(1);
        errors.Should().Contain("/nowhere/client.pem").And.NotContain("   at ");
    }

    [Fact]
    public async Task Health_shows_a_certificate_where_the_port_takes_nobody_without()
    {
        await using PushBridgeServer server = await PushBridgeServer.StartAsync(
            certificate.MutualSettingsOf("Http")
        );
        TestClientCertificate client = certificate.Client();
        string[] health = ["health", "--http", server.Http.ToString()];
        (string, string)[] environment =
        [
            .. EnvironmentOf("Http"),
            ("PushBridge__Http__ClientCertificateAuthority", certificate.AuthorityPath),
        ];

        var (code, output, errors) = await ServerProcess.RunAsync(health, environment);
        (code, output).Should().Be((1, ""));
        errors.Should().Contain("no answer").And.Contain("--client-certificate");

        (code, output, errors) = await ServerProcess.RunAsync(
            [.. health, "--client-certificate", client.Path, "--client-key", client.KeyPath],
            environment
        );
        (code, output, errors).Should().Be((0, "ready", ""));
    }

    private (string, string)[] EnvironmentOf(string port) =>
        [
            ($"PushBridge__{port}__Certificate__Path", certificate.Path),
            ($"PushBridge__{port}__Certificate__KeyPath", certificate.KeyPath),
        ];
}
