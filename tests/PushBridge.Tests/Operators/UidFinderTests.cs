using System.Globalization;
using PushBridge.Connections;
using PushBridge.Operators;
using PushBridge.Tests.Connections;

namespace PushBridge.Tests.Operators;

public sealed class UidFinderTests
{
    private readonly ClientServices services = Fakes.Services();
    private readonly UidFinder finder;

    public UidFinderTests() => finder = new(services.Registry, services.Metrics, services.Clock);

    [Fact]
    public void Find_APrefix_IsInOrderWhateverTheCase()
    {
        Connect("bob", "Alice", "alfred", "alice", "alice");

        UidList list = finder.Find("AL", 10);

        list.Partial.Should().BeFalse();
        list.Uids.Should()
            .Equal(
                new UidConnections("Alice", 1),
                new UidConnections("alfred", 1),
                new UidConnections("alice", 2)
            );
    }

    [Fact]
    public void Find_MoreThanTheLimit_HasTheFirstAndSaysSo()
    {
        Connect([.. Enumerable.Range(0, 20).Select(i => $"u{i:00}")]);

        UidList list = finder.Find("", 3);

        list.Partial.Should().BeTrue();
        list.Uids.Select(uid => uid.Uid).Should().Equal("u00", "u01", "u02");
        finder.Find("", 20).Partial.Should().BeFalse();
    }

    [Fact]
    public void Find_MoreThanAreLookedAt_FindsTheExactUidAllTheSame()
    {
        Connect([
            .. Enumerable.Range(0, 50_001).Select(i => i.ToString(CultureInfo.InvariantCulture)),
        ]);

        UidList list = finder.Find("", 5);

        list.Partial.Should().BeTrue();
        for (int i = 0; i <= 50_000; i += 500)
        {
            string uid = i.ToString(CultureInfo.InvariantCulture);
            finder.Find(uid, 500).Uids.Should().Contain(new UidConnections(uid, 1));
        }
    }

    [Fact]
    public void Describe_AUid_HasItsConnectionsAndWhyOthersEnded()
    {
        Connect("a");
        FakeConnection kicked = new(services, "kicked", "a");
        kicked.Close(CloseReason.Kicked);
        services.Registry.Remove(kicked);
        new FakeConnection(services, "other", "b").Close(CloseReason.TooBig);

        UidDetails details = finder.Describe("a");

        details.Connections.Select(connection => connection.Kind).Should().Equal("raw");
        details
            .Closed.Select(close => close with { AgoSeconds = 0 })
            .Should()
            .Equal(new ClosedDetails("raw", 4411, "kicked", 0));
        finder.Describe("nobody").Connections.Should().BeEmpty();
    }

    private void Connect(params string[] uids)
    {
        foreach ((int index, string uid) in uids.Index())
        {
            _ = new FakeConnection(services, $"c{index}", uid);
        }
    }
}
