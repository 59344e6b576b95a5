using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Http;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Listeners;

/// <summary>Several processes on the same addresses, and a restart that nobody notices.</summary>
public sealed class SharedPortTests
{
    private const string Ping = """{"$cmd":"ping"}""";
    private const int Requests = 200;

    private static readonly (string, string)[] Shared = [("PushBridge__ReusePort", "true")];

    private readonly string[] addresses =
    [
        "--clients",
        FreeAddress(),
        "--text",
        FreeAddress(),
        "--http",
        FreeAddress(),
    ];

    [Fact]
    public async Task Without_it_the_second_process_says_that_the_address_is_in_use()
    {
        await using var first = await ServerProcess.StartAsync(addresses, []);

        foreach (
            (string, string)[] environment in (IEnumerable<(string, string)[]>)
                [
                    [],
                    Shared,
                ]
        )
        {
            (int code, _, string errors) = await ServerProcess.RunAsync(addresses, environment);

            code.Should().Be(1);
            errors
                .Split('\n')
                .Should()
                .ContainSingle()
                .Which.Should()
                .Be(
                    $"pushbridge: Cannot listen on {addresses[1]}: the address is in use by another process"
                );
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_restart_refuses_nobody_and_every_request_succeeds(bool withRedis)
    {
        await using RedisServer? redis = withRedis ? await RedisServer.StartAsync() : null;
        string[] arguments = redis is null ? addresses : [.. addresses, "--redis", redis.Address];
        await using var old = await ServerProcess.StartAsync(arguments, Shared);
        await using var client = new ReturningClient(old.ClientsUrl);
        await client.ConnectedAsync(1);
        using CancellationTokenSource done = new();
        ConcurrentQueue<string> failures = new();
        using HttpClient pooled = new() { BaseAddress = old.HttpUrl };
        Task<int>[] backends =
        [
            RepeatAsync(failures, () => TextOnceAsync(old.Text), done.Token),
            RepeatAsync(failures, () => HttpOnceAsync(old.HttpUrl), done.Token),
            RepeatAsync(failures, () => AskAsync(pooled), done.Token),
        ];

        await using var young = await ServerProcess.StartAsync(arguments, Shared);
        if (withRedis)
        {
            await ExpectBothReachTheClientAsync(old.Text);
        }
        await old.TerminateAsync();
        (await old.ExitCodeAsync()).Should().Be(0);
        await client.ConnectedAsync(2);
        await done.CancelAsync();
        int[] succeeded = await Task.WhenAll(backends);

        failures.Should().BeEmpty();
        succeeded.Should().OnlyContain(count => count >= Requests);
        client.Closes.Should().Equal(1001);
        client.Refusals.Should().Be(0);
        await using TextBackend backend = await TextBackend.ConnectAsync(young.Text);
        await PushBridgeServer.EventuallyAsync(
            () => backend.AskAsync("""{"uid":"uid1"}""").Result == "ok",
            "the client to be there again"
        );
    }

    /// <summary>The client is with the first, and the kernel gives every other backend or so to the second.</summary>
    private static async Task ExpectBothReachTheClientAsync(EndPoint text)
    {
        for (int i = 0; i < Requests; i++)
        {
            await using TextBackend backend = await TextBackend.ConnectAsync(text);
            (await backend.AskAsync("""{"uid":"uid1"}""")).Should().Be("ok", $"push {i}");
        }
    }

    private static async Task<int> RepeatAsync(
        ConcurrentQueue<string> failures,
        Func<Task<string>> ask,
        CancellationToken done
    )
    {
        int succeeded = 0;
        while (!done.IsCancellationRequested || succeeded < Requests)
        {
            try
            {
                string answer = await ask();
                if (answer == "ok")
                {
                    succeeded++;
                    continue;
                }
                failures.Enqueue(answer);
            }
            catch (Exception exception)
                when (exception is SocketException or IOException or HttpRequestException)
            {
                failures.Enqueue(exception.ToString());
            }
            if (failures.Count > 10)
            {
                break;
            }
        }
        return succeeded;
    }

    private static async Task<string> TextOnceAsync(IPEndPoint text)
    {
        await using TextBackend backend = await TextBackend.ConnectAsync(text);
        return await backend.AskAsync(Ping);
    }

    private static async Task<string> HttpOnceAsync(Uri url)
    {
        using HttpClient http = new() { BaseAddress = url };
        return await AskAsync(http);
    }

    private static async Task<string> AskAsync(HttpClient http)
    {
        ApiAnswer answer = await http.AskAsync(HttpMethod.Get, "/api/count");
        return answer.Status == 200 ? "ok" : $"{answer.Status} {answer.Body}";
    }

    private static string FreeAddress()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return listener.LocalEndpoint.ToString()!;
    }
}
