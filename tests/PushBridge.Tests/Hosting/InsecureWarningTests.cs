using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PushBridge.Hosting;
using PushBridge.Hosting.Listeners;
using PushBridge.Hosting.Options;

namespace PushBridge.Tests.Hosting;

public sealed class InsecureWarningTests : IDisposable
{
    private readonly OneTimer time = new();
    private readonly LogLines lines = new();

    public void Dispose() => lines.Dispose();

    [Fact]
    public async Task Execute_Insecure_IsSaidAtOnceAndEveryTenMinutes()
    {
        using InsecureWarning warning = Warning(insecure: true);

        await warning.StartAsync(CancellationToken.None);
        await lines.WaitForAsync(1);
        time.Interval.Should().Be(TimeSpan.FromMinutes(10));
        time.Tick();
        await lines.WaitForAsync(2);
        await warning.StopAsync(CancellationToken.None);

        lines
            .Said.Should()
            .OnlyContain(line =>
                line.StartsWith(
                    "Warning: Insecure, as configured: PushBridge:Text:Listen: ",
                    StringComparison.Ordinal
                )
            );
    }

    [Fact]
    public async Task Execute_NothingOpen_SaysNothing()
    {
        using InsecureWarning warning = Warning(insecure: false);

        await warning.StartAsync(CancellationToken.None);
        await warning.ExecuteTask!;

        lines.Said.Should().BeEmpty();
    }

    private InsecureWarning Warning(bool insecure) =>
        new(
            new Exposure(
                new ListenerPlans(
                    Options.Create(new ClientOptions()),
                    Options.Create(new TextOptions { Listen = "0.0.0.0:5678" }),
                    Options.Create(new HttpOptions())
                ),
                Options.Create(new ClientOptions()),
                Options.Create(new BackendOptions())
            ),
            Options.Create(new ServerOptions { Insecure = insecure }),
            time,
            lines
        );

    /// <summary>A clock with a single timer, which fires when the test says so.</summary>
    private sealed class OneTimer : TimeProvider
    {
        private TimerCallback? callback;
        private object? state;

        public TimeSpan Interval { get; private set; }

        public void Tick() => callback!(state);

        public override ITimer CreateTimer(
            TimerCallback callback,
            object? state,
            TimeSpan dueTime,
            TimeSpan period
        )
        {
            (this.callback, this.state, Interval) = (callback, state, period);
            return new Timer(_ => { }, null, Timeout.Infinite, Timeout.Infinite);
        }
    }

    private sealed class LogLines : ILogger<InsecureWarning>, IDisposable
    {
        private readonly SemaphoreSlim arrived = new(0);
        private readonly List<string> said = [];

        public IReadOnlyList<string> Said => said;

        public async Task WaitForAsync(int count)
        {
            while (said.Count < count)
            {
                (await arrived.WaitAsync(TimeSpan.FromSeconds(10))).Should().BeTrue();
            }
        }

        public void Dispose() => arrived.Dispose();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            said.Add($"{logLevel}: {formatter(state, exception)}");
            arrived.Release();
        }
    }
}
