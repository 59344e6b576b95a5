using System.Net;
using System.Net.Sockets;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Php;

/// <summary><c>src/php/push.php</c> under the real PHP.</summary>
public sealed class PushScriptTests
{
    [Fact]
    public async Task Without_arguments_it_pushes_what_the_seed_pushes()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await RawClient.JoinAsync(server, "uid1");

        var push = await PhpCli.PushAsync(server.Text);

        push.Should().Be(new ProgramResult(0, "ok\n", ""));
        (await client.NextAsync()).Should().Be("""{"uid":"uid1","percent":"88%"}""");
    }

    [Fact]
    public async Task It_takes_the_uid_and_the_percent()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await RawClient.JoinAsync(server, "ü \"1\"");

        var push = await PhpCli.PushAsync(server.Text, "ü \"1\"", "100%");

        push.Should().Be(new ProgramResult(0, "ok\n", ""));
        (await client.NextAsync()).Should().Be("""{"uid":"\u00fc \"1\"","percent":"100%"}""");
    }

    [Fact]
    public async Task It_prints_fail_and_says_so_in_its_exit_code_when_nobody_listens()
    {
        await using var server = await PushBridgeServer.StartAsync();

        var push = await PhpCli.PushAsync(server.Text, "nobody");

        push.Should().Be(new ProgramResult(1, "fail\n", ""));
    }

    [Fact]
    public async Task It_names_the_address_when_no_server_is_there()
    {
        using var taken = new Socket(
            AddressFamily.InterNetwork,
            SocketType.Stream,
            ProtocolType.Tcp
        );
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // bound, not listening: refuses for certain

        var push = await PhpCli.PushAsync(taken.LocalEndPoint!);

        push.ExitCode.Should().Be(2);
        push.Output.Should().BeEmpty();
        push.Errors.Should()
            .Be(
                $"push.php: cannot connect to {taken.LocalEndPoint}: Connection refused. Is PushBridge running?\n"
            );
    }

    [Fact]
    public async Task It_says_when_a_server_answers_nothing()
    {
        using var mute = new TcpListener(IPAddress.Loopback, 0);
        mute.Start();

        var push = PhpCli.PushAsync(mute.LocalEndpoint);
        using (var client = await mute.AcceptTcpClientAsync())
        using (var reader = new StreamReader(client.GetStream()))
        {
            (await reader.ReadLineAsync()).Should().Be("""{"uid":"uid1","percent":"88%"}""");
        }

        (await push)
            .Should()
            .Be(new ProgramResult(2, "", $"push.php: no reply from {mute.LocalEndpoint}\n"));
    }

    [Fact]
    public async Task A_uid_that_is_no_UTF8_is_refused_before_anything_is_sent()
    {
        // Arguments of a .NET process are text; the bytes come from PHP itself.
        var script = await PhpCli.RunAsync(
            $"""
            <?php $argv = array('push.php', "\xff"); require '{PhpCli.PushScript}';
            """
        );

        script.ExitCode.Should().Be(2);
        script.Errors.Should().StartWith("push.php: uid and percent must be UTF-8 text");
    }
}
