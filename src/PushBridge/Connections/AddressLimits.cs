using System.Net;
using Microsoft.Extensions.Options;

namespace PushBridge.Connections;

/// <summary>
/// What one address may have and do: connections at once, and new ones a second in bursts of four seconds' worth. An IPv6
/// address counts as its network of 64 bits. Remembers a bounded number of addresses; when more come at the same time, the rate
/// of some starts anew, while connections are always counted.
/// </summary>
internal sealed class AddressLimits(IOptions<ClientOptions> options, CoarseClock clock)
{
    private const int BurstSeconds = 4;
    private const int MaxRemembered = 10_000;
    private const long ForgetAfterMs = BurstSeconds * 1_000;

    private readonly int maxConnections = options.Value.MaxConnectionsPerAddress;
    private readonly int maxPerSecond = options.Value.MaxConnectsPerSecondPerAddress;
    private readonly bool countsLoopback = options.Value.LimitLoopback;
    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, int> connections = [];
    private readonly Dictionary<IPAddress, Bucket> buckets = [];
    private long sweptAt;

    /// <summary>Addresses whose rate is remembered at this moment.</summary>
    public int Remembered => buckets.Count;

    /// <summary>Whether the address has as many connections as it may have.</summary>
    public bool IsFull(IPAddress? address)
    {
        if (maxConnections == 0 || KeyOf(address) is not { } key)
        {
            return false;
        }
        lock (gate)
        {
            return connections.GetValueOrDefault(key) >= maxConnections;
        }
    }

    /// <summary>Counts a new connection; false when the address has as many as it may have.</summary>
    public bool TryEnter(IPAddress? address)
    {
        if (maxConnections == 0 || KeyOf(address) is not { } key)
        {
            return true;
        }
        lock (gate)
        {
            int present = connections.GetValueOrDefault(key);
            if (present >= maxConnections)
            {
                return false;
            }
            connections[key] = present + 1;
            return true;
        }
    }

    public void Leave(IPAddress? address)
    {
        if (maxConnections == 0 || KeyOf(address) is not { } key)
        {
            return;
        }
        lock (gate)
        {
            if (--connections[key] == 0)
            {
                connections.Remove(key);
            }
        }
    }

    /// <summary>Counts an attempt to connect; false when the address makes too many.</summary>
    public bool TryConnect(IPAddress? address)
    {
        if (maxPerSecond == 0 || KeyOf(address) is not { } key)
        {
            return true;
        }
        long now = clock.Now;
        double burst = BurstSeconds * maxPerSecond;
        lock (gate)
        {
            Sweep(now);
            Bucket bucket = buckets.GetValueOrDefault(key, new Bucket(burst, now));
            double tokens = Math.Min(
                burst,
                bucket.Tokens + ((now - bucket.At) * maxPerSecond / 1_000.0)
            );
            bool granted = tokens >= 1;
            buckets[key] = new Bucket(granted ? tokens - 1 : tokens, now);
            return granted;
        }
    }

    /// <summary>A bucket that has had the time to fill up says nothing; one in ten thousand others may be forgotten.</summary>
    private void Sweep(long now)
    {
        if (buckets.Count < MaxRemembered && now - sweptAt < ForgetAfterMs)
        {
            return;
        }
        sweptAt = now;
        foreach ((IPAddress address, Bucket bucket) in buckets)
        {
            if (now - bucket.At >= ForgetAfterMs)
            {
                buckets.Remove(address);
            }
        }
        if (buckets.Count >= MaxRemembered)
        {
            buckets.Clear();
        }
    }

    private IPAddress? KeyOf(IPAddress? address) =>
        address is null || (!countsLoopback && IPAddress.IsLoopback(address))
            ? null
            : PeerAddress.Limited(address);

    private readonly record struct Bucket(double Tokens, long At);
}
