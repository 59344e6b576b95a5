using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using Polly;
using Polly.Retry;
using PushBridge.Client;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Client;

/// <summary>The server is killed under many callers and comes back: every call has a result, and no result is untrue.</summary>
public sealed class RestartTests
{
    private const int Callers = 100;
    private const int Uids = 10;
    private const string End = "\"end\"";

    private readonly ConcurrentQueue<Call> calls = [];
    private readonly int[] delivered = new int[2];
    private volatile int server;
    private volatile bool stop;

    /// <summary>One call and the server that ran when it was made.</summary>
    private sealed record Call(string Message, int Caller, int Server, PushResult Result);

    [Fact]
    public async Task No_push_is_lost_without_its_caller_being_told_and_none_arrives_twice()
    {
        var first = await ServerProcess.StartAsync();
        string[] addresses =
        [
            "--clients",
            first.Clients.ToString(),
            "--text",
            first.Text.ToString(),
            "--http",
            first.Http.ToString(),
        ];
        await using var push = Client(first);
        var before = await ConnectAsync(first.ClientsUrl);
        var callers = Enumerable.Range(0, Callers).Select(c => CallAsync(push, c)).ToArray();
        await PushBridgeServer.EventuallyAsync(() => delivered[0] > 3000, "pushes");

        await first.DisposeAsync();
        server = 1;
        await using var second = await ServerProcess.StartAsync(addresses, []);
        var after = await ConnectAsync(second.ClientsUrl);
        await PushBridgeServer.EventuallyAsync(() => delivered[1] > 3000, "pushes again");
        stop = true;
        await Task.WhenAll(callers).WaitAsync(TimeSpan.FromSeconds(20));

        foreach (var uid in Enumerable.Range(0, Uids))
        {
            (await push.PushAsync($"u{uid}", "end")).Delivered.Should().BeTrue();
        }

        Judge([.. await ReadToEndAsync(before), .. await ReadToEndAsync(after)]);
    }

    private void Judge(List<string> arrived)
    {
        var messages = calls.Select(call => call.Message).ToHashSet(StringComparer.Ordinal);
        messages.Should().HaveCount(calls.Count);
        var unique = arrived.ToHashSet(StringComparer.Ordinal);
        unique.Should().HaveCount(arrived.Count, "no push is delivered twice");
        unique.IsSubsetOf(messages).Should().BeTrue("whatever arrived was pushed");
        calls
            .Where(call => !call.Result.Ok && call.Result.Reason != PushReason.OutcomeUnknown)
            .Should()
            .NotContain(call => unique.Contains(call.Message), "these were said to reach nobody");

        // ok means queued: the killed server may have taken its queues with it, which hold at most the last of each caller.
        var lost = calls
            .Where(call => call.Result.Delivered && !unique.Contains(call.Message))
            .ToList();
        lost.Should().NotContain(call => call.Server == 1);
        lost.Select(call => call.Caller).Should().OnlyHaveUniqueItems();
    }

    private async Task CallAsync(PushClient push, int caller)
    {
        for (var n = 0; !stop; n++)
        {
            var at = server;
            var message = $"[{caller},{n}]";
            var result = await push.PushAsync($"u{caller % Uids}", Encoding.UTF8.GetBytes(message));
            calls.Enqueue(new Call(message, caller, at, result));
            if (result.Delivered)
            {
                Interlocked.Increment(ref delivered[at]);
            }
            else
            {
                await Task.Delay(10);
            }
        }
    }

    private static async Task<RawClient[]> ConnectAsync(Uri url) =>
        await Task.WhenAll(
            Enumerable.Range(0, Uids).Select(uid => RawClient.ConnectAsync(url, $"u{uid}"))
        );

    /// <summary>What the clients got until they were told the end, or lost their connection.</summary>
    private static async Task<List<string>> ReadToEndAsync(RawClient[] clients)
    {
        List<string> all = [];
        foreach (var client in clients)
        {
            try
            {
                while (await client.NextAsync() is { } message and not End)
                {
                    all.Add(message);
                }
            }
            catch (ChannelClosedException)
            {
                // The killed server's clients end here.
            }

            await client.DisposeAsync();
        }

        return all;
    }

    private static PushClient Client(ServerProcess process) =>
        new(
            new PushClientOptions
            {
                Address = $"tcp://{process.Text}",
                ConnectPipeline = new ResiliencePipelineBuilder()
                    .AddRetry(
                        new RetryStrategyOptions
                        {
                            MaxRetryAttempts = 1000,
                            Delay = TimeSpan.FromMilliseconds(20),
                        }
                    )
                    .Build(),
            }
        );
}
