namespace PushBridge.FunctionalTests.Backplane.Faults;

/// <summary>The judge itself: forged histories, each with one thing wrong that must be found, beside those where nothing is.</summary>
public sealed class CheckerTests
{
    private readonly History history = new();

    [Fact]
    public void What_is_as_it_was_said_is_right()
    {
        Here(1, "a", "A");
        Pushed(1, "a", PushAnswer.Ok);
        Pushed(2, "nobody", PushAnswer.Offline);
        Pushed(3, "nobody", PushAnswer.Fail);
        Pushed(4, "a", PushAnswer.Ok);
        Received(1, 1);
        Received(1, 4);

        Found().Should().BeEmpty();
    }

    [Fact]
    public void An_ok_for_what_never_arrived_is_false()
    {
        Here(1, "a", "A");
        Pushed(1, "a", PushAnswer.Ok);
        Pushed(2, "a", PushAnswer.Ok);
        Received(1, 2);

        Found().Should().ContainSingle().Which.Should().StartWith("false ok (1)");
    }

    [Fact]
    public void It_is_not_false_when_it_arrived_at_another_connection_of_the_uid()
    {
        Here(1, "a", "A");
        Here(2, "a", "B");
        Pushed(1, "a", PushAnswer.Ok);
        Received(2, 1);

        Found().Should().BeEmpty();
    }

    [Fact]
    public void Nor_when_the_connection_was_lost_meanwhile()
    {
        Here(1, "a", "A").HealthyUntil = 105;
        Pushed(1, "a", PushAnswer.Ok);

        Found().Should().BeEmpty();
    }

    [Theory]
    [InlineData(false, "A", 1500, 1500, true)]
    [InlineData(false, "A", 900, 1001, true)]
    [InlineData(false, "B", 1500, 1500, false)]
    [InlineData(false, "A", 90, 999, false)]
    [InlineData(false, "A", 2500, 3000, false)]
    [InlineData(true, "A", 1500, 1500, false)]
    public void What_a_cut_link_lost_is_excused_to_Redis_but_never_to_the_nodes(
        bool asksNodes,
        string node,
        double from,
        double to,
        bool isExcused
    )
    {
        Here(1, "a", "A");
        Pushed(1, "a", PushAnswer.Ok, sentAt: 1000, asksNodes: asksNodes);
        history.Cuts.Enqueue(new Cut(node, from, to));

        Checker checker = Checker.Judge(history);
        checker.Found.Should().HaveCount(isExcused ? 0 : 1);
        checker.LostByCut.Should().Be(isExcused ? 1 : 0);
    }

    [Fact]
    public void An_ok_for_somebody_who_has_gone_is_a_ghost()
    {
        Connection gone = Here(1, "a", "A");
        gone.HealthyUntil = 50;
        gone.GoneAt = 99;
        Pushed(1, "a", PushAnswer.Ok);

        Found().Should().ContainSingle().Which.Should().StartWith("ok for nobody (1)");
    }

    [Fact]
    public void A_message_that_comes_twice_is_found()
    {
        Here(1, "a", "A");
        Pushed(1, "a", PushAnswer.Ok);
        Received(1, 1);
        Received(1, 1);

        Found().Should().ContainSingle().Which.Should().StartWith("duplicate");
    }

    [Fact]
    public void Messages_that_overtake_each_other_are_found()
    {
        Here(1, "a", "A");
        Pushed(1, "a", PushAnswer.Ok);
        Pushed(2, "a", PushAnswer.Ok);
        Received(1, 2);
        Received(1, 1);

        Found().Should().ContainSingle().Which.Should().StartWith("out of order behind 2");
    }

    [Fact]
    public void Different_backends_may_overtake_each_other()
    {
        Here(1, "a", "A");
        Pushed(2, "a", PushAnswer.Ok, backend: 1);
        Pushed(1, "a", PushAnswer.Ok, backend: 2);
        Received(1, 2, backend: 1);
        Received(1, 1, backend: 2);

        Found().Should().BeEmpty();
    }

    [Fact]
    public void Offline_is_wrong_for_somebody_who_is_there_even_during_a_fault()
    {
        Here(1, "a", "A");
        history.Faults.Enqueue(new Fault(0, 1000));
        Pushed(1, "a", PushAnswer.Offline);

        Found().Should().ContainSingle().Which.Should().StartWith("offline though");
    }

    [Theory]
    [InlineData(PushAnswer.Fail, "a")]
    [InlineData(PushAnswer.Unavailable, "a")]
    [InlineData(PushAnswer.Unavailable, "nobody")]
    public void A_refusal_needs_a_fault(PushAnswer answer, string uid)
    {
        Here(1, "a", "A");
        Pushed(1, uid, answer, sentAt: 2000);
        history.Faults.Enqueue(new Fault(0, 1500));
        Found().Should().ContainSingle().Which.Should().StartWith("refused without a fault");

        history.Faults.Enqueue(new Fault(1900, 2100));
        Found().Should().BeEmpty();
    }

    [Theory]
    [InlineData(1000, 1400, 1)]
    [InlineData(1000, 1600, 0)]
    [InlineData(200, 1300, 1)]
    public void Or_a_machine_that_stood_still_shortly_before(double from, double to, int found)
    {
        Pushed(1, "nobody", PushAnswer.Unavailable, sentAt: 2000);
        history.Pauses.Enqueue(new Pause("B", from, to));

        Found().Should().HaveCount(found);
    }

    [Fact]
    public void A_late_answer_is_found_and_excused_only_by_a_machine_that_stood_still()
    {
        Here(1, "a", "A");
        Pushed(1, "a", PushAnswer.Ok, sentAt: 0, answeredAt: 1250);
        Received(1, 1);
        history.Pauses.Enqueue(new Pause("B", 500, 700));
        history.Pauses.Enqueue(new Pause("A", 500, 540));
        Found().Should().ContainSingle().Which.Should().StartWith("answered late (1)");

        history.Pauses.Enqueue(new Pause("", 540, 555));
        Found().Should().BeEmpty();
    }

    [Fact]
    public void No_answer_at_all_is_found_unless_the_connection_broke()
    {
        Push push = Pushed(1, "nobody", PushAnswer.None);
        Found().Should().ContainSingle().Which.Should().StartWith("never answered (1)");

        push.IsLost = true;
        Found().Should().BeEmpty();
    }

    [Fact]
    public void What_is_no_answer_is_found()
    {
        Pushed(1, "nobody", PushAnswer.Other);

        Found()
            .Should()
            .ContainSingle()
            .Which.Should()
            .StartWith("answered with what is no answer");
    }

    [Fact]
    public void The_time_to_heal_ends_with_the_last_refusal_of_somebody_who_was_there()
    {
        Here(1, "a", "A");
        Pushed(1, "a", PushAnswer.Unavailable, sentAt: 1700);
        Pushed(2, "nobody", PushAnswer.Offline, sentAt: 1900);

        Checker.RefusedAfter(history, 1000).Should().Be(700);
        Checker.RefusedAfter(history, 1800).Should().Be(0);
    }

    private IReadOnlyList<string> Found() => Checker.Judge(history).Found;

    private Connection Here(int id, string uid, string node)
    {
        Connection connection = new(id, uid, node, ConnectedAt: 0) { SettledAt = 0 };
        history.Connections.Enqueue(connection);
        return connection;
    }

    private Push Pushed(
        int number,
        string uid,
        PushAnswer answer,
        double sentAt = 100,
        double? answeredAt = null,
        bool asksNodes = false,
        int backend = 1
    )
    {
        Push push = new(backend, number, uid, "A", sentAt, asksNodes)
        {
            Answer = answer,
            AnsweredAt = answeredAt ?? sentAt + 10,
        };
        history.Pushes.Enqueue(push);
        return push;
    }

    private void Received(int connection, int number, int backend = 1) =>
        history.Receipts.Enqueue(new Receipt(connection, backend, number, 120));
}
