using PushBridge.FunctionalTests.Backplane.Faults;
using PushBridge.FunctionalTests.Doors;
using PushBridge.FunctionalTests.Hostile;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Http;
using PushBridge.FunctionalTests.Packaging;
using PushBridge.FunctionalTests.Pages;
using PushBridge.FunctionalTests.RawWebSocket;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace PushBridge.FunctionalTests.Hosting;

/// <summary>
/// Collections run side by side, and the tests of each one after the other: one that takes long and begins last is all that runs
/// in the end. Browsers come first, and beside crowds and floods, which look at the clock, is what is light.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Long =
    [
        nameof(BackplaneFaultTests),
        nameof(ShownLinesTests),
        nameof(PublishedGroup),
        nameof(DashboardPageTests),
        nameof(DoorTests),
        nameof(DemoPageTests),
        nameof(CommandStreamTests),
        nameof(TimeoutTests),
        nameof(LoadGroup),
        nameof(HostileServer),
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(
        IReadOnlyCollection<TTestCollection> testCollections
    )
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => Rank(collection.TestCollectionDisplayName))];

    private static int Rank(string name) =>
        Array.FindIndex(Long, part => name.Contains(part, StringComparison.Ordinal))
            is >= 0
                and int rank
            ? rank
            : Long.Length;
}
