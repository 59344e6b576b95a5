using System.Net.Sockets;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Backplane.Faults;

/// <summary>Writes down when somebody did not run at all, on a machine that has too much to do: then a late answer says nothing.</summary>
internal sealed class Standstills(History history)
{
    private static readonly TimeSpan Pulse = TimeSpan.FromMilliseconds(50);

    /// <summary>Nobody is quicker than that.</summary>
    private const double Least = 5;

    private volatile bool isStopped;

    public void Stop() => isStopped = true;

    /// <summary>Watches this process until stopped.</summary>
    public async Task WatchSelfAsync()
    {
        while (!isStopped)
        {
            double started = history.Now;
            await Task.Delay(Pulse);
            Note("", started + Pulse.TotalMilliseconds);
        }
    }

    /// <summary>
    /// Watches a node until it is gone: both questions are answered at once, whatever becomes of Redis; the first by a thread of its own, the second by the thread pool,
    /// as time-outs are.
    /// </summary>
    public async Task WatchAsync(string node, ServerProcess server)
    {
        try
        {
            await using TextBackend backend = await TextBackend.ConnectAsync(server.Text);
            using HttpClient http = new() { BaseAddress = server.HttpUrl };
            while (!isStopped)
            {
                double started = history.Now;
                await backend.SendAsync("{\"$cmd\":\"ping\"}\n");
                await backend.ReadLineAsync(TimeSpan.FromMinutes(1));
                Note(node, started);
                started = history.Now;
                await http.GetStringAsync("/health/live");
                Note(node, started);
                await Task.Delay(Pulse);
            }
        }
        catch (Exception exception)
            when (exception
                    is SocketException
                        or EndOfStreamException
                        or HttpRequestException
                        or TaskCanceledException
            )
        {
            // The node is gone.
        }
    }

    private void Note(string node, double expected)
    {
        double now = history.Now;
        if (now > expected + Least)
        {
            history.Pauses.Enqueue(new Pause(node, expected, now));
        }
    }
}
