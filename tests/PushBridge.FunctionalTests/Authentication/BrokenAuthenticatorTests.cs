using PushBridge.Connections;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;
using PushBridge.Security.Authentication;

namespace PushBridge.FunctionalTests.Authentication;

/// <summary>An exception that nobody reckoned with, in the middle of one connection's life, is that connection's alone.</summary>
public sealed class BrokenAuthenticatorTests
{
    [Fact]
    public async Task A_raw_client_that_meets_an_exception_is_told_to_come_later_and_nobody_else_notices()
    {
        await using PushBridgeServer server = await StartAsync();
        await using var others = await Others.JoinAsync(server);
        await using RawClient unlucky = await RawClient.ConnectAsync(
            server.ClientsUrl,
            Fragile.Fatal
        );

        (await unlucky.Closed).Should().Be((1013, "try again later"));

        await others.ShouldBeFineAsync();
        ShouldHaveLoggedOneError(server);
    }

    [Fact]
    public async Task A_hub_client_that_meets_an_exception_is_told_to_come_later_and_nobody_else_notices()
    {
        await using PushBridgeServer server = await StartAsync();
        await using var others = await Others.JoinAsync(server);
        await using var unlucky = await HubClientWire.ConnectAsync(
            server.ClientsUrl,
            $"?uid={Fragile.Fatal}"
        );

        (await unlucky.CloseMessageAsync()).Should().Be(("1013 try again later", true));

        await others.ShouldBeFineAsync();
        ShouldHaveLoggedOneError(server);
    }

    [Fact]
    public async Task A_renewal_that_meets_an_exception_leaves_the_connection_as_it_was()
    {
        await using PushBridgeServer server = await StartAsync();
        await using var others = await Others.JoinAsync(server);

        await others.Raw.SayAsync($"renew {Fragile.Fatal}");
        await PushBridgeServer.EventuallyAsync(() => Errors(server).Any(), "the log line");

        await others.ShouldBeFineAsync();
        ShouldHaveLoggedOneError(server);
    }

    private static async Task<PushBridgeServer> StartAsync()
    {
        PushBridgeServer server = await PushBridgeServer.StartAsync(services =>
            services.AddSingleton<IClientAuthenticator>(new Fragile())
        );
        server.ErrorsAreExpected = true;
        return server;
    }

    private static IEnumerable<LogLine> Errors(PushBridgeServer server) =>
        server.Logs.Where(line => line.Level >= LogLevel.Error);

    private static void ShouldHaveLoggedOneError(PushBridgeServer server) =>
        Errors(server)
            .Should()
            .ContainSingle()
            .Which.Message.Should()
            .Contain(Fragile.Message)
            .And.NotContain(Fragile.Fatal, "what a client says may be a secret");

    /// <summary>A client of each kind and a backend, all of them there before it happens.</summary>
    private sealed record Others(RawClient Raw, HubClient Hub, TextBackend Backend)
        : IAsyncDisposable
    {
        public static async Task<Others> JoinAsync(PushBridgeServer server) =>
            new(
                await RawClient.JoinAsync(server, "raw"),
                await HubClient.JoinAsync(server, "hub"),
                await TextBackend.ConnectAsync(server.Text)
            );

        public async Task ShouldBeFineAsync()
        {
            const string line = """{"uid":["raw","hub"]}""";
            (await Backend.AskAsync(line)).Should().Be("ok");
            (await Raw.NextAsync()).Should().Be(line);
            (await Hub.NextAsync()).Should().Be(line);
            Hub.Reconnects.Should().Be(0);
        }

        public async ValueTask DisposeAsync()
        {
            await Raw.DisposeAsync();
            await Hub.DisposeAsync();
            await Backend.DisposeAsync();
        }
    }

    /// <summary>Believes everybody, as in open mode, and cannot stand one word.</summary>
    private sealed class Fragile : IClientAuthenticator
    {
        public const string Fatal = "the-last-straw";
        public const string Message = "This authenticator is broken.";

        public CloseReason Malformed => CloseReason.BadUid;

        public bool IsRenewable => true;

        public async ValueTask<Verdict> AuthenticateAsync(Credential credential)
        {
            await Task.Yield();
            return credential.Words == Fatal
                ? throw new InvalidOperationException(Message)
                : new Identity(credential.Words);
        }
    }
}
