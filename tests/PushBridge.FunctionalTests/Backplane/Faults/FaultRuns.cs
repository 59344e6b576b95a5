namespace PushBridge.FunctionalTests.Backplane.Faults;

/// <summary>
/// All kinds of faults. They mostly wait, so the first test that asks for one starts all of them, side by side on three clusters. With
/// <c>PUSHBRIDGE_FAULTS=full</c> each runs when it is asked for, alone and as often as its promise says; with <c>PUSHBRIDGE_FAULTS=one</c> alone and briefly.
/// </summary>
public sealed class FaultRuns : IAsyncLifetime
{
    private static readonly string Extent =
        Environment.GetEnvironmentVariable("PUSHBRIDGE_FAULTS") ?? "";

    private static readonly bool IsFull = Extent == "full";

    private readonly Stage pair = new("A", "B");
    private readonly Stage network = new("A", "B");
    private readonly Stage three = new("A", "B", "C");
    private readonly Dictionary<string, Lazy<Task<Verdict>>> runs;

    public FaultRuns() =>
        runs = new Dictionary<string, Lazy<Task<Verdict>>>(StringComparer.Ordinal)
        {
            ["node killed"] = On(three, cluster => NodeFaults.KillAsync(cluster, Times(2, 12))),
            ["network up"] = On(network, NetworkFaults.HoldUpAsync),
            ["redis stopped"] = On(pair, cluster => RedisFaults.StopAsync(cluster, Times(2, 6))),
            ["network down"] = On(network, NetworkFaults.HoldDownAsync),
            ["redis killed"] = On(pair, cluster => RedisFaults.KillAsync(cluster, Times(2, 3))),
            ["rolling restart"] = On(three, NodeFaults.RestartAllAsync),
            ["network slow"] = On(network, NetworkFaults.DelayAsync),
            ["links cut"] = On(pair, cluster => RedisFaults.CutAsync(cluster, Times(1, 6))),
            ["ids forgotten"] = On(pair, cluster => RedisFaults.ForgetAsync(cluster, Times(5, 50))),
            ["overflow"] = On(network, NetworkFaults.OverflowAsync),
            ["node frozen"] = On(three, NodeFaults.FreezeAsync),
            ["redis missing"] = new Lazy<Task<Verdict>>(NodeFaults.StartFirstAsync),
        };

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    internal async Task JudgeAsync(string name)
    {
        if (Extent.Length == 0)
        {
            foreach (Lazy<Task<Verdict>> run in runs.Values)
            {
                _ = run.Value;
            }
        }
        Verdict verdict = await runs[name].Value;
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {verdict.Figures}");
        if (Extent.Length > 0)
        {
            await Console.Error.WriteLineAsync($"{name}: {verdict.Figures}");
        }
        verdict.Found.Should().BeEmpty("{0}", verdict.Figures);
    }

    public async ValueTask DisposeAsync()
    {
        await pair.DisposeAsync();
        await network.DisposeAsync();
        await three.DisposeAsync();
    }

    private static Lazy<Task<Verdict>> On(Stage stage, Func<Cluster, Task<Verdict>> play) =>
        new(() => stage.PlayAsync(play));

    private static int Times(int usually, int promised) => IsFull ? promised : usually;
}
