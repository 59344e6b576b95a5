using System.Globalization;
using PushBridge.Backplane;

namespace PushBridge.Tests.Backplane;

public sealed class HeldTopicsTests
{
    private static readonly Topic A = Topic.OfUid("a");
    private readonly HeldTopics held = new();
    private readonly int epoch;

    public HeldTopicsTests() => epoch = held.Restart();

    [Fact]
    public void Take_AHeldTopic_SubscribesItOnce()
    {
        held.Hold(A, isHeld: true);

        held.Take(epoch, 10).Should().Equal((A, true));
        held.Take(epoch, 10).Should().BeEmpty("it is being done");
        held.Done(epoch, A, isActive: true);
        held.Take(epoch, 10).Should().BeEmpty("it is done");
    }

    [Fact]
    public void Take_ATopicThatCameAndWent_DoesNothing()
    {
        held.Hold(A, isHeld: true);
        held.Hold(A, isHeld: false);

        held.Take(epoch, 10).Should().BeEmpty();
        held.Count.Should().Be(0);
    }

    [Fact]
    public void Done_ATopicThatIsNotWantedAnyMore_UnsubscribesIt()
    {
        held.Hold(A, isHeld: true);
        held.Take(epoch, 10);
        held.Hold(A, isHeld: false);
        held.Take(epoch, 10).Should().BeEmpty("one change of a topic at a time");

        held.Done(epoch, A, isActive: true);

        held.Take(epoch, 10).Should().Equal((A, false));
        held.MayCount(A).Should().BeTrue("the broker has not said that it is gone");
        held.Done(epoch, A, isActive: false);
        held.MayCount(A).Should().BeFalse();
        held.Count.Should().Be(0);
    }

    [Fact]
    public void Take_APinnedTopic_StaysUntilItIsUnpinned()
    {
        held.Pin(A).Should().BeFalse("nobody holds it");
        held.Hold(A, isHeld: true);
        held.Take(epoch, 10);
        held.Done(epoch, A, isActive: true);
        held.Pin(A).Should().BeTrue();
        held.Pin(A).Should().BeTrue();
        held.Hold(A, isHeld: false);

        held.Take(epoch, 10).Should().BeEmpty("two questions are under way");
        held.Unpin(A);
        held.Take(epoch, 10).Should().BeEmpty("one still is");
        held.Unpin(A);
        held.Take(epoch, 10).Should().Equal((A, false));
    }

    [Fact]
    public async Task WhenHeld_CompletesWhenTheBrokerHasSaidSo()
    {
        held.Hold(A, isHeld: true);
        Task waiting = held.WhenHeldAsync(A);
        held.Take(epoch, 10);
        waiting.IsCompleted.Should().BeFalse();

        held.Done(epoch, A, isActive: true);

        await waiting;
        held.WhenHeldAsync(A).IsCompleted.Should().BeTrue();
        held.WhenHeldAsync(Topic.OfUid("other")).IsCompleted.Should().BeTrue("nobody wants it");
    }

    [Fact]
    public void WhenHeld_ATopicThatCameBackWhileItWasBeingDropped_IsNotHeldYet()
    {
        held.Hold(A, isHeld: true);
        held.Take(epoch, 10);
        held.Done(epoch, A, isActive: true);
        held.Hold(A, isHeld: false);
        held.Take(epoch, 10).Should().Equal((A, false));
        held.Hold(A, isHeld: true);

        held.WhenHeldAsync(A).IsCompleted.Should().BeFalse("the broker is just dropping it");

        held.Done(epoch, A, isActive: false);
        held.Take(epoch, 10).Should().Equal((A, true));
    }

    [Fact]
    public async Task Restart_SubscribesAllThatIsWanted_AndIgnoresWhatTheOldConnectionDid()
    {
        Topic gone = Topic.OfGroup("gone");
        held.Hold(A, isHeld: true);
        held.Hold(gone, isHeld: true);
        held.Take(epoch, 10);
        Task waiting = held.WhenHeldAsync(A);
        held.Hold(gone, isHeld: false);

        held.Release();
        int later = held.Restart();

        await waiting; // In vain: the connection was lost.
        held.Count.Should().Be(1);
        held.Done(epoch, A, isActive: true);
        held.Take(later, 10).Should().Equal((A, true));
        held.Done(later, A, isActive: true);
        held.WhenHeldAsync(A).IsCompleted.Should().BeTrue();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void AnySequence_EndsWithWhatIsWanted(int seed)
    {
        Random random = new(seed);
        HashSet<Topic> wanted = [];
        HashSet<Topic> broker = [];
        List<(Topic Topic, bool Subscribe)> underWay = [];
        int current = epoch;
        for (int step = 0; step < 20_000; step++)
        {
            Topic topic = Topic.OfUid(random.Next(20).ToString(CultureInfo.InvariantCulture));
            switch (random.Next(8))
            {
                case 0 when random.Next(50) == 0:
                    held.Release();
                    current = held.Restart();
                    broker.Clear();
                    underWay.Clear();
                    break;
                case < 4:
                    bool isHeld = wanted.Add(topic) || !wanted.Remove(topic);
                    held.Hold(topic, isHeld);
                    break;
                case < 6:
                    underWay.AddRange(held.Take(current, random.Next(1, 5)));
                    break;
                default:
                    foreach ((Topic done, bool subscribe) in underWay)
                    {
                        _ = subscribe ? broker.Add(done) : broker.Remove(done);
                        held.Done(current, done, subscribe);
                    }
                    underWay.Clear();
                    break;
            }
            broker.All(held.MayCount).Should().BeTrue("the broker may count what it has");
        }
        Apply(current, broker, underWay);
        while (held.Take(current, 100) is { Count: > 0 } rest)
        {
            Apply(current, broker, rest);
        }

        broker.Should().BeEquivalentTo(wanted);
        held.Count.Should().Be(wanted.Count);
    }

    private void Apply(
        int current,
        HashSet<Topic> broker,
        List<(Topic Topic, bool Subscribe)> changes
    )
    {
        foreach ((Topic topic, bool subscribe) in changes)
        {
            _ = subscribe ? broker.Add(topic) : broker.Remove(topic);
            held.Done(current, topic, subscribe);
        }
    }
}
