using PushBridge.Hosting;

namespace PushBridge.Tests.Hosting;

public sealed class HostChecksTests
{
    [Theory]
    [InlineData("10.0.10", true)]
    [InlineData("10.0.11", false)]
    [InlineData("10.1.0", false)]
    public void IsOutdated_BeforeTheFix(string runtime, bool outdated) =>
        HostChecks.IsOutdated(Version.Parse(runtime)).Should().Be(outdated);

    [Theory]
    [InlineData(
        "Max open files            1024                 524288               files     ",
        1024L
    )]
    [InlineData(
        "Max open files            unlimited            unlimited            files     ",
        null
    )]
    [InlineData(
        "Max processes             63448                63448                processes ",
        null
    )]
    public void LimitIn_TheKernelsTable(string line, long? limit) =>
        HostChecks
            .LimitIn([
                "Limit                     Soft Limit           Hard Limit           Units     ",
                line,
            ])
            .Should()
            .Be(limit);
}
