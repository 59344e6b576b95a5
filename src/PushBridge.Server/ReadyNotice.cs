using System.Net.Sockets;
using System.Text;

namespace PushBridge.Server;

/// <summary>
/// Tells whoever started the process when it listens and when it begins to end, where the environment names a socket for it: the protocol of
/// systemd's <c>Type=notify</c> (sd_notify(3)).
/// </summary>
internal sealed partial class ReadyNotice(
    IHostApplicationLifetime lifetime,
    ILogger<ReadyNotice> logger
) : IHostedService
{
    public const string Variable = "NOTIFY_SOCKET";

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 1 } socket)
        {
            lifetime.ApplicationStarted.Register(() =>
            {
                Send(socket, "READY=1");
                // What is registered last is called first: before the drain.
                lifetime.ApplicationStopping.Register(() => Send(socket, "STOPPING=1"));
            });
        }
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Send(string address, string state)
    {
        // A name that begins with @ stands for one in the abstract namespace, which begins with a zero.
        string path = address[0] == '@' ? '\0' + address[1..] : address;
        try
        {
            using Socket socket = new(
                AddressFamily.Unix,
                SocketType.Dgram,
                ProtocolType.Unspecified
            );
            socket.SendTo(Encoding.UTF8.GetBytes(state), new UnixDomainSocketEndPoint(path));
        }
        catch (Exception exception)
            when (exception is SocketException or ArgumentException or PlatformNotSupportedException
            )
        {
            NotSent(state, exception.Message);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "{State} could not be sent to NOTIFY_SOCKET: {Problem}")]
    private partial void NotSent(string state, string problem);
}
