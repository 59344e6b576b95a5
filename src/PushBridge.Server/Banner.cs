using System.Reflection;
using PushBridge.Hosting;

namespace PushBridge.Server;

/// <summary>The first lines a user sees: what listens where, and how to send the first push.</summary>
internal sealed class Banner(
    PushBridgeListeners listeners,
    IHostApplicationLifetime lifetime,
    TextWriter? output = null
) : IHostedService
{
    private readonly TextWriter output = output ?? Console.Out;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(Write);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Write()
    {
        string version = typeof(Banner)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion;
        string page = $"{(listeners.IsTls ? "https" : "http")}://{listeners.Clients}";
        output.Write(
            $$"""
            PushBridge {{version}}
              clients  {{page}}
              text     tcp://{{listeners.Text}}
              http     http://{{listeners.Http}}

            Open {{page}}/ in a browser, then push to it:
              printf '%s\n' '{"uid":"uid1","percent":"88%"}' | nc -w1 {{listeners.Text.Address}} {{listeners.Text.Port}}
            Pages served from elsewhere need --allow-origin http://their.host. Anybody on this machine
            can push, and a client is whoever it says it is. Ctrl+C stops.

            """
        );
        output.Flush();
    }
}
