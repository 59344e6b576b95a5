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

    private readonly AddressCounts connections = new(
        options.Value.MaxConnectionsPerAddress,
        options.Value.LimitLoopback
    );
    private readonly int maxPerSecond = options.Value.MaxConnectsPerSecondPerAddress;
    private readonly bool countsLoopback = options.Value.LimitLoopback;
    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, Bucket> buckets = [];
    private long sweptAt;

    /// <summary>Addresses whose rate is remembered at this moment.</summary>
    public int Remembered => buckets.Count;

    /// <inheritdoc cref="AddressCounts.IsFull"/>
    public bool IsFull(IPAddress? address) => connections.IsFull(address);

    /// <inheritdoc cref="AddressCounts.TryEnter"/>
    public bool TryEnter(IPAddress? address) => connections.TryEnter(address);

    public void Leave(IPAddress? address) => connections.Leave(address);

    /// <summary>Counts an attempt to connect; false when the address makes too many.</summary>
    public bool TryConnect(IPAddress? address)
    {
        if (maxPerSecond == 0 || PeerAddress.Limited(address, countsLoopback) is not { } key)
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

    private readonly record struct Bucket(double Tokens, long At);
}
