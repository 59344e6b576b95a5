using PushBridge.Backplane;
using PushBridge.Observability;
using PushBridge.Tests.Commands;
using PushBridge.Tests.Connections;

namespace PushBridge.Tests.Backplane;

public sealed class RequestsTests : IDisposable
{
    private readonly FakeTime time = new();
    private readonly BackplaneMetrics metrics = new(new ServerMetrics(new TestMeterFactory()));
    private readonly Requests requests;

    public RequestsTests() => requests = new Requests(time, TimeSpan.FromSeconds(1), metrics);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Answers_InAnyOrderWithTheBrokersCount_AddUp(bool countFirst)
    {
        Request request = requests.Begin(Expect.Answers, Topic.OfUid("a"));
        bool[] over = countFirst
            ? [request.Reached(2, ours: 1), Answer(request, 1), Answer(request, 3)]
            : [Answer(request, 1), Answer(request, 3), request.Reached(2, ours: 1)];

        over.Should().Equal(false, false, true);
        request.Sum.Should().Be(new NodeReply(4));
    }

    [Fact]
    public void Receivers_NeedOnlyTheBrokersCount()
    {
        Request request = requests.Begin(Expect.Receivers, Topic.OfUid("a"));

        request.Reached(3, ours: 1).Should().BeTrue();
        request.Sum.Connections.Should().Be(2, "the sender itself is nobody else");
        requests.Find(request.Id).Should().BeNull("nobody is asked to answer");
    }

    [Fact]
    public async Task WhatIsNotAnsweredInTime_EndsWithWhatIsKnown()
    {
        Request slow = requests.Begin(Expect.Answers, Topic.OfUid("a"));
        slow.Reached(2, ours: 0);
        Answer(slow, 1);
        time.Advance(TimeSpan.FromMilliseconds(500));
        Request later = requests.Begin(Expect.Answers, Topic.OfUid("a"));

        time.Advance(TimeSpan.FromMilliseconds(520));
        requests.Sweep();

        (await slow.Reply).Should().Be(new NodesReply(new NodeReply(1), IsComplete: false));
        later.IsOver.Should().BeFalse();
        requests.Find(slow.Id).Should().BeNull();
        metrics.Unanswered.Value.Should().Be(1);
    }

    [Fact]
    public void WhatIsOver_IsForgotten_AndNotCountedAsUnanswered()
    {
        for (int i = 0; i < 100; i++)
        {
            requests.Begin(Expect.Answers, Topic.OfUid("a")).End(isComplete: true);
        }
        requests.Sweep();

        requests.Find(1).Should().BeNull();
        requests.Find(100).Should().BeNull();
        metrics.Unanswered.Value.Should().Be(0);
    }

    public void Dispose() => requests.Dispose();

    private static bool Answer(Request request, int connections) =>
        request.Answered(new NodeReply(connections));
}
