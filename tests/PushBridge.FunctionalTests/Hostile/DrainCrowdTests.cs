using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Hostile;

/// <summary>SIGTERM in the middle of the traffic of a thousand clients.</summary>
[Collection(nameof(LoadGroup))]
public sealed class DrainCrowdTests
{
    private const int Raw = 800;
    private const int Hub = 200;
    private const int AtOnce = 200;

    [Fact]
    public async Task A_thousand_clients_get_every_accepted_message_and_are_told()
    {
        await using var server = await ServerProcess.StartAsync();
        CrowdClient[] raw = await ConnectAsync(
            Raw,
            i => CrowdClient.ConnectAsync(server.Clients, $"raw-{i}", reads: true)
        );
        HubClientWire[] hub = await ConnectAsync(
            Hub,
            i => HubClientWire.ConnectAsync(server.ClientsUrl, $"?uid=hub-{i}")
        );
        Task<HubEnd>[] ends = [.. hub.Select(ReadAsync)];
        string[] uids =
        [
            .. Enumerable.Range(0, Raw).Select(i => $"raw-{i}"),
            .. Enumerable.Range(0, Hub).Select(i => $"hub-{i}"),
        ];
        TaskCompletionSource inTraffic = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<int[]>[] backends =
        [
            PushAsync(server, uids[..500], inTraffic),
            PushAsync(server, uids[500..], inTraffic),
        ];
        await inTraffic.Task.WaitAsync(TimeSpan.FromSeconds(10));

        long started = Stopwatch.GetTimestamp();
        await server.TerminateAsync();
        (await server.ExitCodeAsync()).Should().Be(0);
        TimeSpan exit = Stopwatch.GetElapsedTime(started);

        int[] accepted = [.. await backends[0], .. await backends[1]];
        for (int i = 0; i < Raw; i++)
        {
            await raw[i].Reading.WaitAsync(TimeSpan.FromSeconds(10));
            raw[i].Fault.Should().BeNull();
            raw[i].CloseCode.Should().Be(1001);
            raw[i]
                .Received.Should()
                .BeGreaterThanOrEqualTo(accepted[i], "what was accepted arrives");
        }

        for (int i = 0; i < Hub; i++)
        {
            HubEnd end = await ends[i].WaitAsync(TimeSpan.FromSeconds(10));
            end.WasTold.Should().BeTrue("the close message comes");
            end.Received.Should()
                .BeGreaterThanOrEqualTo(accepted[Raw + i], "what was accepted arrives");
        }

        TestContext.Current.SendDiagnosticMessage(
            $"{accepted.Sum()} accepted, exit after {exit.TotalSeconds:F2} s"
        );
        exit.Should().BeLessThan(TimeSpan.FromSeconds(6));
        server.Errors.Should().BeEmpty();
        foreach (CrowdClient client in raw)
        {
            client.Dispose();
        }
    }

    private sealed record HubEnd(int Received, bool WasTold);

    private static async Task<T[]> ConnectAsync<T>(int count, Func<int, Task<T>> connect)
    {
        List<T> all = [];
        foreach (int[] some in Enumerable.Range(0, count).Chunk(50))
        {
            all.AddRange(await Task.WhenAll(some.Select(connect)));
        }

        return [.. all];
    }

    /// <summary>Pushes round after round until the server ends the connection; how many of each uid were accepted.</summary>
    private static async Task<int[]> PushAsync(
        ServerProcess server,
        string[] uids,
        TaskCompletionSource inTraffic
    )
    {
        int[] accepted = new int[uids.Length];
        await using TextBackend backend = await TextBackend.ConnectAsync(server.Text);
        try
        {
            for (int sent = 0; ; sent += AtOnce)
            {
                int first = sent;
                await backend.SendAsync(
                    string.Concat(
                        Enumerable
                            .Range(first, AtOnce)
                            .Select(n =>
                                CrowdClient.Line(uids[n % uids.Length], n / uids.Length) + "\n"
                            )
                    )
                );
                for (int n = first; n < first + AtOnce; n++)
                {
                    accepted[n % uids.Length] += await backend.ReadLineAsync() == "ok" ? 1 : 0;
                }

                if (sent >= 3 * uids.Length)
                {
                    inTraffic.TrySetResult();
                }
            }
        }
        catch (Exception exception) when (exception is EndOfStreamException or SocketException)
        {
            return accepted;
        }
    }

    private static async Task<HubEnd> ReadAsync(HubClientWire client)
    {
        int received = 0;
        bool told = false;
        while (await client.NextAsync() is { } record)
        {
            using JsonDocument message = JsonDocument.Parse(record);
            switch (message.RootElement.GetProperty("type").GetInt32())
            {
                case 1:
                    string line = message.RootElement.GetProperty("arguments")[0].GetRawText();
                    CrowdClient.NumberIn(Encoding.UTF8.GetBytes(line)).Should().Be(received++);
                    break;
                case 7:
                    told = true;
                    break;
                default:
                    break;
            }
        }

        await client.DisposeAsync();
        return new HubEnd(received, told);
    }
}
