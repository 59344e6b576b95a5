using System.Net.Sockets;
using System.Runtime.Versioning;
using PushBridge.Client;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;
using PushBridge.FunctionalTests.Php;
using PushBridge.Hosting;

namespace PushBridge.FunctionalTests.Backends;

/// <summary>The text port as a Unix socket, whose file says who may connect.</summary>
[SupportedOSPlatform("linux")]
public sealed class UnixSocketTests : IDisposable
{
    private const string Push = """{"uid":"uid1","n":1}""";
    private const string Ping = """{"$cmd":"ping"}""";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("pushbridge-");

    private string SocketPath => Path.Combine(folder.FullName, "push.sock");

    private UnixDomainSocketEndPoint Address => new(SocketPath);

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData(16)]
    [InlineData(0)]
    public async Task A_push_goes_through_it(int threads)
    {
        await using var server = await StartAsync($"Text:DedicatedThreads={threads}");
        await using var client = await RawClient.JoinAsync(server, "uid1");
        await using var backend = await TextBackend.ConnectAsync(Address);

        (await backend.AskAsync(Push)).Should().Be("ok");
        await backend.SendAsync($"{Push}\n{Push}\n{{}}\n");
        backend.HalfClose();
        (await backend.ReadToEndAsync()).Should().Be("ok\nok\nfail\n");
        (await client.NextAsync(3)).Should().Equal(Push, Push, Push);
    }

    [Fact]
    public async Task Its_mode_is_0660_and_nothing_else_is_left_beside_it()
    {
        await using var server = await StartAsync();

        folder.GetFiles().Should().ContainSingle().Which.FullName.Should().Be(SocketPath);
        File.GetUnixFileMode(SocketPath)
            .Should()
            .Be(
                UnixFileMode.UserRead
                    | UnixFileMode.UserWrite
                    | UnixFileMode.GroupRead
                    | UnixFileMode.GroupWrite
            );
    }

    [Fact]
    public async Task It_is_gone_when_the_server_has_stopped()
    {
        await using (var server = await StartAsync())
        {
            await using var backend = await TextBackend.ConnectAsync(Address);
            (await backend.AskAsync(Ping)).Should().Be("ok");
            await server.StopAsync();
            (await backend.ReadToEndAsync()).Should().BeEmpty();
        }

        folder.GetFileSystemInfos().Should().BeEmpty();
    }

    [Fact]
    public async Task A_socket_that_nobody_listens_on_is_replaced()
    {
        using (
            var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
        )
        {
            dead.Bind(new UnixDomainSocketEndPoint(SocketPath + ".dead"));
            dead.Listen();
            File.Move(SocketPath + ".dead", SocketPath);
        }
        File.Exists(SocketPath).Should().BeTrue("a killed server leaves it behind");

        await using var server = await StartAsync();
        await using var backend = await TextBackend.ConnectAsync(Address);

        (await backend.AskAsync(Ping)).Should().Be("ok");
    }

    [Fact]
    public async Task A_socket_that_somebody_listens_on_is_left_alone()
    {
        await using var server = await StartAsync();

        Func<Task> second = () => StartAsync();

        (await second.Should().ThrowAsync<ListenException>()).WithMessage(
            $"Cannot listen on {SocketPath}: the address is in use by another process"
        );
        await using var backend = await TextBackend.ConnectAsync(Address);
        (await backend.AskAsync(Ping)).Should().Be("ok");
    }

    [Fact]
    public async Task A_file_that_is_no_socket_is_left_alone()
    {
        await File.WriteAllTextAsync(
            SocketPath,
            "somebody's own",
            TestContext.Current.CancellationToken
        );

        Func<Task> start = () => StartAsync();

        await start.Should().ThrowAsync<ListenException>().WithMessage("*the file is no socket");
        File.ReadAllText(SocketPath).Should().Be("somebody's own");
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_one_clear_line()
    {
        Func<Task> start = () =>
            PushBridgeServer.StartAsync("Text:Listen=unix:/nowhere/at/all/push.sock");

        await start
            .Should()
            .ThrowAsync<ListenException>()
            .WithMessage("Cannot listen on /nowhere/at/all/push.sock: *");
    }

    [Fact]
    public async Task Its_peers_need_no_secret_but_a_wrong_one_is_wrong()
    {
        await using var server = await StartAsync(
            "Backends:Secrets:0=a-secret-of-the-backends",
            "Backends:AllowedNetworks:0=192.0.2.0/24"
        );
        await using var backend = await TextBackend.ConnectAsync(Address);
        await using var wrong = await TextBackend.ConnectAsync(Address);

        (await backend.AskAsync(Ping)).Should().Be("ok");
        (await backend.AskAsync("""{"$cmd":"auth","secret":"a-secret-of-the-backends"}"""))
            .Should()
            .Be("ok");
        await wrong.SendAsync("""{"$cmd":"auth","secret":"another-of-the-backends"}""" + "\n");
        (await wrong.ReadToEndAsync()).Should().Be("fail\n");
    }

    [Fact]
    public async Task PHP_connects_to_it()
    {
        await using var server = await StartAsync();
        await using var client = await RawClient.JoinAsync(server, "uid1");
        await using var php = PhpSession.Start($"unix://{SocketPath}");

        (await php.ValueAsync("$push->push('uid1', 1)->ok")).Should().Be("true");
        await php.ValueAsync("$push->pushManyQuietly([['uid' => 'uid1', 'data' => 2]])");

        (await client.NextAsync(2)).Should().Equal("1", "2");
    }

    [Fact]
    public async Task A_hasty_PHP_script_loses_nothing()
    {
        await using var server = await StartAsync();
        await using var client = await RawClient.JoinAsync(server, "uid1");

        var script = await PhpCli.RunAsync(
            $$"""
            <?php
            $f = stream_socket_client('unix://{{SocketPath}}');
            for ($n = 0; $n < 1000; $n++) {
                fwrite($f, json_encode(['uid' => 'uid1', 'n' => $n]) . "\n");
            }
            fclose($f);
            """
        );

        script.Errors.Should().BeEmpty();
        (await client.NextAsync(1000))
            .Should()
            .Equal(Enumerable.Range(0, 1000).Select(n => $$"""{"uid":"uid1","n":{{n}}}"""));
    }

    [Theory]
    [InlineData("unix:")]
    [InlineData("unix://")]
    public async Task The_NET_client_connects_to_it(string scheme)
    {
        await using var server = await StartAsync();
        await using PushClient push = new(scheme + SocketPath);

        (await push.PingAsync()).Ok.Should().BeTrue();
    }

    private Task<PushBridgeServer> StartAsync(params string[] settings) =>
        PushBridgeServer.StartAsync([$"Text:Listen=unix:{SocketPath}", .. settings]);
}
