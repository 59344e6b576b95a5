using PushBridge.Backplane;

namespace PushBridge.Tests.Backplane;

public sealed class HeldTopicsAcrossConnectionsTests
{
    private static readonly Topic Uid = Topic.OfUid("a");

    private readonly HeldTopics held = new();

    [Fact]
    public void Take_ForAnEarlierConnection_GivesNothing()
    {
        int first = held.Restart();
        held.Hold(Uid, isHeld: true);
        held.Release();
        int second = held.Restart();

        held.Take(first, 10).Should().BeEmpty("nobody would hear that it is done");
        held.Take(second, 10).Should().Equal((Uid, true));
    }

    [Fact]
    public void Hold_WithoutAConnection_LeavesNothingOfWhatCameAndWent()
    {
        held.Release();
        held.Hold(Uid, isHeld: true);
        held.Hold(Uid, isHeld: false);

        held.Count.Should().Be(0);
        held.Take(held.Restart(), 10).Should().BeEmpty();
    }

    [Fact]
    public void Hold_WithoutAConnection_IsTakenByTheNextOne()
    {
        int first = held.Restart();
        held.Release();
        held.Hold(Uid, isHeld: true);

        held.Take(first, 10).Should().BeEmpty();
        held.Take(held.Restart(), 10).Should().Equal((Uid, true));
    }

    [Fact]
    public void Release_ForgetsWhatNobodyWantsAnyMore()
    {
        int connection = held.Restart();
        held.Hold(Uid, isHeld: true);
        held.Take(connection, 10);
        held.Done(connection, Uid, isActive: true);
        held.Hold(Uid, isHeld: false);

        held.Release();

        held.Count.Should().Be(0);
    }

    [Fact]
    public void WhenHeldAsync_WithoutAConnection_DoesNotWait()
    {
        held.Restart();
        held.Hold(Uid, isHeld: true);
        held.WhenHeldAsync(Uid).IsCompleted.Should().BeFalse();

        held.Release();

        held.WhenHeldAsync(Uid).IsCompleted.Should().BeTrue();
    }
}
