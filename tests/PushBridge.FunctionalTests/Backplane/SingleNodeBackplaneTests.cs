using PushBridge.Backplane;

namespace PushBridge.FunctionalTests.Backplane;

/// <summary>The one without other nodes.</summary>
public sealed class SingleNodeBackplaneTests : BackplaneContract
{
    internal override IBackplane Backplane { get; } = new SingleNodeBackplane();

    internal override int Handled => 0;
}
