using System.Net;
using PushBridge.Connections;

namespace PushBridge.Security;

/// <summary>How many connections each address has; knows only addresses that have one.</summary>
/// <param name="limit">0 is no limit.</param>
/// <param name="countsLoopback">False leaves this machine out.</param>
internal sealed class AddressCounts(int limit, bool countsLoopback)
{
    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, int> counts = [];

    /// <summary>Counts one more, to be given back by <see cref="Leave"/>; false when the address has as many as it may.</summary>
    public bool TryEnter(IPAddress? address)
    {
        if (!IsCounted(address))
        {
            return true;
        }
        IPAddress key = PeerAddress.Limited(address!);
        lock (gate)
        {
            int count = counts.GetValueOrDefault(key);
            if (count >= limit)
            {
                return false;
            }
            counts[key] = count + 1;
            return true;
        }
    }

    public void Leave(IPAddress? address)
    {
        if (!IsCounted(address))
        {
            return;
        }
        IPAddress key = PeerAddress.Limited(address!);
        lock (gate)
        {
            if (--counts[key] == 0)
            {
                counts.Remove(key);
            }
        }
    }

    private bool IsCounted(IPAddress? address) =>
        limit > 0
        && address is not null
        && (countsLoopback || !IPAddress.IsLoopback(PeerAddress.Plain(address)));
}
