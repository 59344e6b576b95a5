using Microsoft.Extensions.Options;
using PushBridge.Backplane;
using PushBridge.Connections;
using PushBridge.Hosting.Options;
using PushBridge.Observability;
using PushBridge.Operators;
using PushBridge.Tests.Commands;
using PushBridge.Tests.Connections;

namespace PushBridge.Tests.Operators;

public sealed class StatsReaderTests
{
    [Fact]
    public void Read_BetweenTwoHeartbeats_KnowsTheUptime()
    {
        FakeTime time = new();
        CoarseClock clock = new(time);
        IOptions<ClientOptions> options = Options.Create(new ClientOptions());
        ServerMetrics metrics = new(new TestMeterFactory());
        ConnectionRegistry registry = new(options);
        StatsReader stats = new(
            metrics,
            new ConnectionMetrics(metrics, registry),
            registry,
            Fakes.Gate(options),
            new SingleNodeBackplane(),
            clock,
            time
        );

        time.Advance(TimeSpan.FromSeconds(12.3));

        stats.Read().Node.UptimeSeconds.Should().Be(12.3);
    }
}
