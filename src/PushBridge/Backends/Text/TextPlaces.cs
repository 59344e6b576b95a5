using System.Net;
using Microsoft.Extensions.Options;
using PushBridge.Connections;
using PushBridge.Security;

namespace PushBridge.Backends.Text;

/// <summary>The places at the text port: so many in all, so many for one address, and none for those who may not connect.</summary>
internal sealed class TextPlaces(
    IOptions<TextOptions> options,
    IOptions<BackendOptions> backends,
    BackendDoor door,
    ServerMetrics metrics,
    TextLog log
)
{
    private readonly TextOptions options = options.Value;
    private readonly AddressCounts addresses = new(
        options.Value.MaxConnectionsPerAddress,
        backends.Value.LimitLoopback
    );
    private int count;

    /// <summary>A place for a backend from there, to be given back by <see cref="Leave"/>; false when it is to be dropped.</summary>
    public bool TryTake(IPAddress? address)
    {
        if (!door.Admits(address))
        {
            return false;
        }
        if (Interlocked.Increment(ref count) > options.MaxConnections)
        {
            Interlocked.Decrement(ref count);
            metrics.Limited(Limit.TextConnections);
            log.Full(options.MaxConnections);
            return false;
        }
        if (!addresses.TryEnter(address))
        {
            Interlocked.Decrement(ref count);
            metrics.Limited(Limit.TextConnectionsPerAddress);
            log.FullForAddress(options.MaxConnectionsPerAddress);
            return false;
        }
        return true;
    }

    public void Leave(IPAddress? address)
    {
        Interlocked.Decrement(ref count);
        addresses.Leave(address);
    }
}
