using System.Diagnostics;
using System.Numerics;

namespace PushBridge.Benchmarks.Load;

/// <summary>Latencies in buckets 1/32 wide: a percentile is at most 3 % off, recording one costs a few instructions.</summary>
internal sealed class LatencyHistogram
{
    private const int SubBucketBits = 5;
    private const int SubBuckets = 1 << SubBucketBits;

    private readonly long[] counts = new long[64 * SubBuckets];
    private long total;

    public void Record(long stopwatchTicks)
    {
        counts[Bucket((ulong)Math.Max(0, stopwatchTicks))]++;
        total++;
    }

    public void Clear()
    {
        Array.Clear(counts);
        total = 0;
    }

    /// <summary>Microseconds below which <paramref name="fraction"/> of the values lie; null without values.</summary>
    public double? Percentile(double fraction)
    {
        if (total == 0)
        {
            return null;
        }
        long wanted = (long)Math.Ceiling(total * fraction);
        int bucket = 0;
        for (long seen = counts[0]; seen < wanted; seen += counts[bucket])
        {
            bucket++;
        }
        return UpperEdge(bucket) * 1e6 / Stopwatch.Frequency;
    }

    private static int Bucket(ulong value)
    {
        if (value < SubBuckets)
        {
            return (int)value;
        }
        int shift = BitOperations.Log2(value) - SubBucketBits;
        return ((shift + 1) * SubBuckets) + (int)((value >> shift) - SubBuckets);
    }

    private static double UpperEdge(int bucket)
    {
        int shift = (bucket / SubBuckets) - 1;
        return shift < 0 ? bucket : Math.ScaleB((bucket % SubBuckets) + SubBuckets + 1, shift);
    }
}
