using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace PushBridge.Hosting;

/// <summary>
/// Keeps the last descriptors of the process for the process: a connection that would take one of them is turned away. Without a
/// reserve a flood of connections kills it, because the runtime cannot start threads without descriptors and ends on that.
/// </summary>
internal static class DescriptorReserve
{
    private const int Reserved = 64;
    private const string Name = "Max open files";

    /// <summary>The first descriptor that no connection may have. The kernel always gives the lowest that is free.</summary>
    private static readonly long FirstReserved = Limit() - Reserved;

    /// <summary>True when the connection takes one of the last descriptors, and must be closed at once.</summary>
    public static bool IsTouchedBy(Socket socket) => (long)socket.Handle >= FirstReserved;

    /// <summary>Puts the same rule in front of a listener of the web server, where connections are accepted.</summary>
    public static IConnectionListenerFactory Guard(IConnectionListenerFactory listeners) =>
        new Factory(listeners);

    /// <summary>The soft limit, which the runtime has raised to the hard one by now.</summary>
    private static long Limit() =>
        OperatingSystem.IsLinux()
        && Array.Find(
            File.ReadAllLines("/proc/self/limits"),
            line => line.StartsWith(Name, StringComparison.Ordinal)
        )
            is { } limit
        && long.TryParse(limit[Name.Length..].TrimStart().Split(' ')[0], out long files)
            ? files
            : int.MaxValue;

    private sealed class Factory(IConnectionListenerFactory inner)
        : IConnectionListenerFactory,
            IConnectionListenerFactorySelector
    {
        public bool CanBind(EndPoint endpoint) =>
            inner is not IConnectionListenerFactorySelector selector || selector.CanBind(endpoint);

        public async ValueTask<IConnectionListener> BindAsync(
            EndPoint endpoint,
            CancellationToken cancellationToken = default
        ) => new Listener(await inner.BindAsync(endpoint, cancellationToken));
    }

    private sealed class Listener(IConnectionListener inner) : IConnectionListener
    {
        public EndPoint EndPoint => inner.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(
            CancellationToken cancellationToken = default
        )
        {
            while (await inner.AcceptAsync(cancellationToken) is { } connection)
            {
                if (
                    connection.Features.Get<IConnectionSocketFeature>() is not { } feature
                    || !IsTouchedBy(feature.Socket)
                )
                {
                    return connection;
                }
                connection.Abort();
                await connection.DisposeAsync();
            }
            return null;
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) =>
            inner.UnbindAsync(cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
