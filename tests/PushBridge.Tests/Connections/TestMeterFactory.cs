using System.Diagnostics.Metrics;

namespace PushBridge.Tests.Connections;

internal sealed class TestMeterFactory : IMeterFactory
{
    public Meter Create(MeterOptions options) => new(options);

    public void Dispose()
    {
        // The meters live as long as the test.
    }
}
