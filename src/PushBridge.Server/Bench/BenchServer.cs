namespace PushBridge.Server.Bench;

/// <summary>A server for a self-test: with its defaults, whatever the configuration and the environment say, and on free ports of loopback.</summary>
internal static class BenchServer
{
    public static WebApplication Create(int clients)
    {
        Dictionary<string, string?> settings = new(StringComparer.Ordinal)
        {
            ["PushBridge:Clients:Listen"] = "127.0.0.1:0",
            ["PushBridge:Text:Listen"] = "127.0.0.1:0",
            ["PushBridge:Http:Listen"] = "127.0.0.1:0",
            ["PushBridge:Clients:MaxConnections"] = (clients + 1).ToString(),
            ["PushBridge:Clients:MaxConnectsPerSecond"] = "1000000",
            // The clients only count what comes.
            ["PushBridge:Clients:PingInterval"] = "00:30:00",
            ["PushBridge:Clients:SilenceTimeout"] = "01:00:00",
        };
        return PushBridgeServer.Create(
            configurationFile: null,
            settings,
            builder =>
            {
                builder.Configuration.Sources.Clear();
                builder.Configuration.AddInMemoryCollection(settings);
                builder.Logging.ClearProviders();
                builder.Services.AddSingleton(TextWriter.Null);
            }
        );
    }
}
