using System.Net;
using Microsoft.Extensions.Options;
using PushBridge.Connections;

namespace PushBridge.Security;

/// <summary>
/// Counts the wrong secrets of each address within a minute of the first. Remembers a bounded number of addresses; when more guess
/// at the same time, the one that began first is forgotten. (The rate limiters of .NET keep every address they ever saw for a
/// while, without a limit, and take no clock.)
/// </summary>
internal sealed class FailedAttempts(IOptions<BackendOptions> options, TimeProvider time)
{
    internal const int MaxAddresses = 10_000;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly int limit = options.Value.MaxFailedAttempts;
    private readonly bool limitsLoopback = options.Value.LimitLoopback;
    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, Attempts> attempts = [];
    private readonly LinkedList<IPAddress> oldestFirst = [];

    /// <summary>How long an address that has used up its attempts must wait; zero for all others.</summary>
    public TimeSpan WaitOf(IPAddress address)
    {
        if (!limitsLoopback && IPAddress.IsLoopback(PeerAddress.Plain(address)))
        {
            return TimeSpan.Zero;
        }
        lock (gate)
        {
            Forget();
            return
                attempts.TryGetValue(PeerAddress.Limited(address), out Attempts? known)
                && known.Count >= limit
                ? Window - time.GetElapsedTime(known.Since)
                : TimeSpan.Zero;
        }
    }

    public void Add(IPAddress address)
    {
        IPAddress key = PeerAddress.Limited(address);
        lock (gate)
        {
            Forget();
            if (!attempts.TryGetValue(key, out Attempts? known))
            {
                if (attempts.Count == MaxAddresses)
                {
                    RemoveOldest();
                }
                known = new Attempts(time.GetTimestamp());
                attempts[key] = known;
                oldestFirst.AddLast(key);
            }
            known.Count++;
        }
    }

    private void Forget()
    {
        while (
            oldestFirst.First is { } oldest
            && time.GetElapsedTime(attempts[oldest.Value].Since) >= Window
        )
        {
            RemoveOldest();
        }
    }

    private void RemoveOldest()
    {
        attempts.Remove(oldestFirst.First!.Value);
        oldestFirst.RemoveFirst();
    }

    private sealed class Attempts(long since)
    {
        public long Since => since;

        public int Count { get; set; }
    }
}
