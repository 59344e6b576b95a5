using Microsoft.AspNetCore.SignalR;

namespace PushBridge.Hosting;

/// <summary>The hub's own limits: clients send a uid and little else.</summary>
internal static class HubLimits
{
    public static void Apply<THub>(HubOptions<THub> options)
        where THub : Hub
    {
        options.SupportedProtocols = ["json"];
        options.MaximumReceiveMessageSize = 8 * 1024;
        options.HandshakeTimeout = TimeSpan.FromSeconds(10);
    }
}
