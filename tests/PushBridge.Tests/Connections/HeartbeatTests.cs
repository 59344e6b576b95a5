using Microsoft.Extensions.Logging;
using PushBridge.Connections;
using PushBridge.Messages;
using PushBridge.Observability;

namespace PushBridge.Tests.Connections;

public sealed class HeartbeatTests
{
    [Fact]
    public void Beat_AConnectionThrows_EndsThatOneOnly()
    {
        ClientServices services = Fakes.Services(clients: options => options.HelloTimeout = Soon);
        ErrorCount errors = new();
        FakeConnection before = new(services, "before");
        Fragile fragile = new(services, canClose: true);
        FakeConnection after = new(services, "after");

        Overdue(services, errors).Beat();

        fragile.ClosedWith.Should().Be(CloseReason.GoingAway);
        before.ClosedWith.Should().Be(CloseReason.HelloTimeout, "its beat came");
        after.ClosedWith.Should().Be(CloseReason.HelloTimeout, "its beat came");
        errors.Count.Should().Be(1);
    }

    [Fact]
    public void Beat_AConnectionCannotEvenClose_GoesOnWithTheOthers()
    {
        ClientServices services = Fakes.Services(clients: options => options.HelloTimeout = Soon);
        ErrorCount errors = new();
        FakeConnection before = new(services, "before");
        Fragile _ = new(services, canClose: false);
        FakeConnection after = new(services, "after");

        Heartbeat heartbeat = Overdue(services, errors);
        heartbeat.Beat();
        heartbeat.Beat();

        before.ClosedWith.Should().Be(CloseReason.HelloTimeout, "its beat came");
        after.ClosedWith.Should().Be(CloseReason.HelloTimeout, "its beat came");
        errors.Count.Should().Be(4, "two for each beat");
    }

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    /// <summary>The heartbeat of a server whose clients have all been silent for too long.</summary>
    private static Heartbeat Overdue(ClientServices services, ErrorCount errors)
    {
        Later time = new();
        CoarseClock clock = new(time);
        time.Passed = TimeSpan.FromMinutes(1);
        return new Heartbeat(
            services.Registry,
            clock,
            time,
            new ConnectionMetrics(new ServerMetrics(new TestMeterFactory()), services.Registry),
            errors
        );
    }

    private sealed class Later : TimeProvider
    {
        public TimeSpan Passed { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Passed.Ticks;
    }

    private sealed class ErrorCount : ILogger<ClientConnection>
    {
        public int Count { get; private set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Count += logLevel >= LogLevel.Error ? 1 : 0;
    }

    private sealed class Fragile : ClientConnection, IOutboundWriter
    {
        private readonly bool canClose;

        public Fragile(ClientServices services, bool canClose)
            : base("fragile", ConnectionKind.Raw, services)
        {
            this.canClose = canClose;
            Queue = new OutboundQueue(this, services.MaxQueueBytes);
            services.Registry.Add(this);
        }

        public CloseReason? ClosedWith { get; private set; }

        protected override OutboundQueue Queue { get; }

        public override void OnHeartbeat(long now, Message ping) =>
            throw new InvalidOperationException("The heartbeat found a defect.");

        public ValueTask<bool> WriteAsync(OutboundQueue queue) => new(true);

        protected override bool BeginClose(CloseReason reason, string text)
        {
            ClosedWith = reason;
            return canClose ? true : throw new InvalidOperationException("So did the end.");
        }
    }
}
