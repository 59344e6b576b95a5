using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Authentication;

/// <summary>A server that believes tokens only; it serves all rows of a class.</summary>
public sealed class TokenServer : IAsyncLifetime
{
    private PushBridgeServer? server;

    internal PushBridgeServer Server => server!;

    internal static string[] Settings { get; } =
    [
        "Clients:Authentication:Mode=token",
        $"Clients:Authentication:Token:Keys:0:Secret={TestTokens.Secret}",
        "Clients:Authentication:Token:ClockSkew=00:00:00",
    ];

    public async ValueTask InitializeAsync() =>
        server = await PushBridgeServer.StartAsync(Settings);

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
