using System.Net;

namespace PushBridge.Connections;

/// <summary>
/// How many connections each address has, an IPv6 network of 64 bits being one; knows only addresses that have one.
/// </summary>
/// <param name="limit">0 is no limit.</param>
/// <param name="countsLoopback">False leaves this machine out.</param>
internal sealed class AddressCounts(int limit, bool countsLoopback)
{
    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, int> counts = [];

    /// <summary>Whether the address has as many as it may have.</summary>
    public bool IsFull(IPAddress? address)
    {
        if (KeyOf(address) is not { } key)
        {
            return false;
        }
        lock (gate)
        {
            return counts.GetValueOrDefault(key) >= limit;
        }
    }

    /// <summary>Counts one more, to be given back by <see cref="Leave"/>; false when the address has as many as it may have.</summary>
    public bool TryEnter(IPAddress? address)
    {
        if (KeyOf(address) is not { } key)
        {
            return true;
        }
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
        if (KeyOf(address) is not { } key)
        {
            return;
        }
        lock (gate)
        {
            if (--counts[key] == 0)
            {
                counts.Remove(key);
            }
        }
    }

    private IPAddress? KeyOf(IPAddress? address) =>
        limit == 0 ? null : PeerAddress.Limited(address, countsLoopback);
}
