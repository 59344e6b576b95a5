using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.CommandLine;

/// <summary>A server with a secret for backends and tokens for clients, and the environment that lets the command line in.</summary>
public sealed class OperatorServer : IAsyncLifetime
{
    private const string Secret = "a-secret-of-the-operators";

    private PushBridgeServer? server;

    internal static (string Name, string Value)[] Environment { get; } =
    [
        ("PushBridge__Backends__Secrets__0", Secret),
        ("PushBridge__Clients__Authentication__Mode", "token"),
        ("PushBridge__Clients__Authentication__Token__Keys__0__Secret", TestTokens.Secret),
    ];

    internal PushBridgeServer Server => server!;

    internal string Http => Server.HttpUrl.GetLeftPart(UriPartial.Authority);

    internal string Clients => Server.ClientsUrl.GetLeftPart(UriPartial.Authority);

    public async ValueTask InitializeAsync() =>
        server = await PushBridgeServer.StartAsync(
            $"Backends:Secrets:0={Secret}",
            "Clients:Authentication:Mode=token",
            $"Clients:Authentication:Token:Keys:0:Secret={TestTokens.Secret}"
        );

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    /// <summary>A command that asks the HTTP port, with the secret.</summary>
    internal Task<(int ExitCode, string Output, string Errors)> AskAsync(
        string verb,
        params string[] more
    ) => ServerProcess.RunAsync([verb, "--server", Http, .. more], Environment);

    /// <summary>A raw client with a token.</summary>
    internal async Task<RawClient> JoinAsync(string uid)
    {
        RawClient client = await RawClient.ConnectAsync(Server.ClientsUrl, TestTokens.For(uid));
        await Server.WaitForUidAsync(uid);
        return client;
    }
}
