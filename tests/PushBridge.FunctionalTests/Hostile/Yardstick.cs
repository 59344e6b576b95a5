using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace PushBridge.FunctionalTests.Hostile;

/// <summary>
/// What the machine itself takes for the same at the same time: one byte to a thread of ours and back, without the server. On a machine
/// whose cores are taken by others a hundred milliseconds say nothing about the server.
/// </summary>
internal sealed class Yardstick : IDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(5);

    /// <summary>An idle machine takes less than that.</summary>
    private const double Least = 5;

    private readonly Socket near = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly Socket far;
    private readonly Thread echoing;

    internal Yardstick()
    {
        using Socket listener = new(
            AddressFamily.InterNetwork,
            SocketType.Stream,
            ProtocolType.Tcp
        );
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        near.Connect(listener.LocalEndPoint!);
        far = listener.Accept();
        far.NoDelay = true;
        echoing = new Thread(Echo) { IsBackground = true, Name = "yardstick" };
        echoing.Start();
    }

    /// <summary>Milliseconds, in the order they were taken.</summary>
    internal List<double> Taken { get; } = [];

    /// <summary>One round trip.</summary>
    internal void Take()
    {
        byte[] one = [1];
        long at = Stopwatch.GetTimestamp();
        near.Send(one);
        near.Receive(one);
        Taken.Add(Stopwatch.GetElapsedTime(at).TotalMilliseconds);
    }

    /// <summary>Whatever is done meanwhile, and how many milliseconds of that the machine took for itself.</summary>
    internal static async Task<double> DuringAsync(Func<Task> action)
    {
        using Yardstick yardstick = new();
        using ManualResetEventSlim over = new();
        Thread measuring = new(() =>
        {
            while (!over.Wait(Pace))
            {
                yardstick.Take();
            }
        })
        {
            IsBackground = true,
            Name = "measuring",
        };
        measuring.Start();
        try
        {
            await action();
        }
        finally
        {
            over.Set();
            measuring.Join();
        }
        return yardstick.Taken.Where(taken => taken > Least).Sum();
    }

    /// <summary>The time that 99 of 100 did not exceed.</summary>
    internal static double P99(IEnumerable<double> taken)
    {
        double[] sorted = [.. taken.Order()];
        return sorted.Length == 0 ? 0 : sorted[(int)(sorted.Length * 0.99)];
    }

    public void Dispose()
    {
        near.Dispose();
        far.Dispose();
        echoing.Join();
    }

    private void Echo()
    {
        byte[] one = new byte[1];
        try
        {
            while (far.Receive(one) == 1)
            {
                far.Send(one);
            }
        }
        catch (SocketException)
        {
            // The test has ended.
        }
        catch (ObjectDisposedException)
        {
            // The same.
        }
    }
}
