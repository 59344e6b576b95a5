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

    /// <inheritdoc cref="IsTouchedBy(Socket)"/>
    public static bool IsTouchedBy(ConnectionContext connection) =>
        connection.Features.Get<IConnectionSocketFeature>() is { } feature
        && IsTouchedBy(feature.Socket);

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
}
