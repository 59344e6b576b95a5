using System.Net.Sockets;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Backplane.Faults;

/// <summary>
/// One backend connection that pushes to all uids in turn, many in flight, and writes down everything: a third of the pushes is plain, a third
/// wants the nodes' word, a third a JSON reply.
/// </summary>
internal sealed class Pusher : IAsyncDisposable
{
    private const int MaxInFlight = 64;
    private const int Burst = 8;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly History history;
    private readonly TextBackend backend;
    private readonly Queue<Push> unanswered = new();
    private readonly SemaphoreSlim room = new(MaxInFlight);
    private readonly SemaphoreSlim sending = new(1);
    private readonly string[] uids;
    private readonly int id;
    private readonly CancellationTokenSource stopping = new();
    private readonly Task reading;
    private Task pushing = Task.CompletedTask;
    private int last;

    private Pusher(History history, int id, string node, TextBackend backend, string[] uids)
    {
        this.history = history;
        this.id = id;
        this.backend = backend;
        this.uids = uids;
        Node = node;
        reading = ReadAsync();
    }

    public string Node { get; }

    public int Id => id;

    /// <summary>The connection broke, as it does when its node dies.</summary>
    public bool IsBroken { get; private set; }

    public static async Task<Pusher> ConnectAsync(
        History history,
        int id,
        string node,
        ServerProcess server,
        string[] uids
    ) => new(history, id, node, await TextBackend.ConnectAsync(server.Text), uids);

    public void Start() => pushing = PushAsync();

    /// <summary>Stops pushing, and waits for what is still to be answered.</summary>
    public async Task StopAsync()
    {
        await stopping.CancelAsync();
        await pushing;
        using CancellationTokenSource deadline = new(Patience);
        while (!IsBroken && !IsAnswered())
        {
            await Task.Delay(5, deadline.Token);
        }
    }

    /// <summary>One push, and its answer.</summary>
    public async Task<Push> PushOnceAsync(string uid)
    {
        Push[] pushes = await SendAsync([uid], _ => 2);
        using CancellationTokenSource deadline = new(Patience);
        while (pushes[0].Answer == PushAnswer.None && !IsBroken)
        {
            await Task.Delay(5, deadline.Token);
        }
        return pushes[0];
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await pushing;
        backend.Abort();
        await reading;
    }

    private async Task PushAsync()
    {
        int turn = id;
        while (!stopping.IsCancellationRequested && !IsBroken)
        {
            string[] next = [.. Enumerable.Range(turn, Burst).Select(i => uids[i % uids.Length])];
            turn += Burst;
            await SendAsync(next, number => number % 3);
            await Task.Delay(Interval, CancellationToken.None);
        }
    }

    private async Task<Push[]> SendAsync(string[] to, Func<int, int> formOf)
    {
        foreach (string _ in to)
        {
            await room.WaitAsync(Patience);
        }
        await sending.WaitAsync();
        try
        {
            List<string> lines = [];
            List<Push> pushes = [];
            foreach (string uid in to)
            {
                int form = formOf(++last);
                lines.Add(Line(form, uid, last));
                pushes.Add(new Push(id, last, uid, Node, history.Now, AsksNodes: form != 0));
            }
            lock (unanswered)
            {
                foreach (Push push in pushes)
                {
                    history.Pushes.Enqueue(push);
                    push.IsLost = IsBroken;
                    unanswered.Enqueue(push);
                }
            }
            await backend.SendAsync(string.Concat(lines));
            return [.. pushes];
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            Break();
            return [new Push(id, last, to[0], Node, history.Now, AsksNodes: true)];
        }
        finally
        {
            sending.Release();
        }
    }

    private string Line(int form, string uid, int number) =>
        form switch
        {
            0 => $$"""{"uid":"{{uid}}","b":{{id}},"n":{{number}}}""",
            1 =>
                $$$"""{"$cmd":"push","uid":"{{{uid}}}","data":{"b":{{{id}}},"n":{{{number}}}},"ack":"node"}""",
            _ =>
                $$$"""{"$cmd":"push","uid":"{{{uid}}}","data":{"b":{{{id}}},"n":{{{number}}}},"reply":"json"}""",
        } + "\n";

    private async Task ReadAsync()
    {
        try
        {
            while (true)
            {
                string answer = await backend.ReadLineAsync(Timeout.InfiniteTimeSpan);
                double now = history.Now;
                lock (unanswered)
                {
                    Push push = unanswered.Dequeue();
                    push.AnsweredAt = now;
                    push.Answer = AnswerOf(answer);
                }
                room.Release();
            }
        }
        catch (Exception exception)
            when (exception is SocketException or ObjectDisposedException or EndOfStreamException)
        {
            Break();
        }
    }

    private bool IsAnswered()
    {
        lock (unanswered)
        {
            return unanswered.Count == 0;
        }
    }

    private void Break()
    {
        lock (unanswered)
        {
            IsBroken = true;
            foreach (Push push in unanswered)
            {
                push.IsLost = true;
            }
            unanswered.Clear();
        }
        room.Release(MaxInFlight);
    }

    private static PushAnswer AnswerOf(string line) =>
        line switch
        {
            "ok" => PushAnswer.Ok,
            "fail" => PushAnswer.Fail,
            """{"ok":false,"reason":"offline"}""" => PushAnswer.Offline,
            """{"ok":false,"reason":"unavailable"}""" => PushAnswer.Unavailable,
            _ when line.StartsWith("""{"ok":true,"connections":""", StringComparison.Ordinal) =>
                PushAnswer.Ok,
            _ => PushAnswer.Other,
        };
}
