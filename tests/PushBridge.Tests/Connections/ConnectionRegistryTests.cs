using PushBridge.Connections;

namespace PushBridge.Tests.Connections;

public sealed class ConnectionRegistryTests
{
    private readonly ClientServices services = Fakes.Services(clients =>
        clients.MaxConnectionsPerUid = 3
    );

    private ConnectionRegistry Registry => services.Registry;

    [Fact]
    public void Remove_OneOfTwoConnectionsOfAUid_LeavesTheOther()
    {
        FakeConnection older = new(services, "1", "u");
        FakeConnection newer = new(services, "2", "u");

        Registry.Remove(older);

        Registry.OfUid("u").ToArray().Should().Equal(newer);
        Registry.Identified.Should().Be(1);
        Registry.Uids.Should().Be(1);
    }

    [Fact]
    public void Remove_TheLastConnectionOfAUid_ForgetsTheUid()
    {
        FakeConnection only = new(services, "1", "u");

        Registry.Remove(only);
        Registry.Remove(only);

        Registry.OfUid("u").ToArray().Should().BeEmpty();
        (Registry.Total, Registry.Identified, Registry.Uids).Should().Be((0, 0, 0));
    }

    [Fact]
    public void Register_ASecondUid_KeepsTheFirst()
    {
        FakeConnection connection = new(services, "1", "first");

        Registry.Register(connection, "second").Should().Be(RegisterResult.AlreadyRegistered);

        connection.Uid.Should().Be("first");
        Registry.OfUid("second").ToArray().Should().BeEmpty();
    }

    [Fact]
    public void Register_AfterRemove_LeavesNothingBehind()
    {
        FakeConnection departed = new(services, "1");
        Registry.Remove(departed);

        Registry.Register(departed, "u").Should().Be(RegisterResult.Gone);

        Registry.OfUid("u").ToArray().Should().BeEmpty();
        (Registry.Identified, Registry.Uids).Should().Be((0, 0));
    }

    [Fact]
    public void Register_OverTheLimitOfTheUid_IsTooMany()
    {
        for (int i = 0; i < 3; i++)
        {
            _ = new FakeConnection(services, $"{i}", "u");
        }
        FakeConnection fourth = new(services, "4");

        Registry.Register(fourth, "u").Should().Be(RegisterResult.TooMany);

        fourth.Uid.Should().BeNull();
        Registry.OfUid("u").Length.Should().Be(3);
    }

    [Fact]
    public void OfUid_ComparesExactly()
    {
        _ = new FakeConnection(services, "1", "ü");

        Registry.OfUid("ü").Length.Should().Be(1);
        Registry.OfUid("Ü").Length.Should().Be(0);
        Registry.OfUid("ü ").Length.Should().Be(0);
        Registry.OfUid("u\u0308").Length.Should().Be(0, "no normalization");
    }

    [Fact]
    public void Join_ThenRemove_EmptiesTheGroup()
    {
        FakeConnection connection = new(services, "1", "u");
        Registry.Join(connection, "g").Should().BeTrue();
        Registry.Join(connection, "g").Should().BeTrue("it is in it, which is what was asked");
        Registry.OfGroup("g")!.Members.Should().Equal(connection);

        Registry.Remove(connection);

        Registry.OfGroup("g").Should().BeNull();
    }

    [Fact]
    public void Join_AfterRemove_IsRefused()
    {
        FakeConnection connection = new(services, "1", "u");
        Registry.Remove(connection);

        Registry.Join(connection, "g").Should().BeFalse();
        Registry.OfGroup("g").Should().BeNull();
    }

    [Fact]
    public void Leave_WhatItIsNotIn_IsFalse()
    {
        FakeConnection connection = new(services, "1", "u");
        Registry.Leave(connection, "g").Should().BeFalse();
        Registry.Join(connection, "g");
        Registry.Leave(connection, "g").Should().BeTrue();
        Registry.Leave(connection, "g").Should().BeFalse();
    }

    [Fact]
    public void AnyHistory_LeavesWhatANaiveModelLeaves()
    {
        Random random = new(20_26);
        List<FakeConnection> live = [];
        for (int step = 0; step < 5_000; step++)
        {
            FakeConnection? some = live.Count == 0 ? null : live[random.Next(live.Count)];
            switch (random.Next(4))
            {
                case 0 when some is not null:
                    live.Remove(some);
                    Registry.Remove(some);
                    break;
                case 1 when some is not null:
                    Registry.Join(some, $"g{random.Next(5)}");
                    break;
                case 2 when some is not null:
                    Registry.Leave(some, $"g{random.Next(5)}");
                    break;
                default:
                    FakeConnection added = new(services, $"c{step}");
                    live.Add(added);
                    Registry.Register(added, $"u{random.Next(40)}");
                    break;
            }
        }

        FakeConnection[] identified = [.. live.Where(connection => connection.Uid is not null)];
        Registry.All.Should().BeEquivalentTo(live);
        Registry.Identified.Should().Be(identified.Length);
        Registry.Uids.Should().Be(identified.DistinctBy(connection => connection.Uid).Count());
        foreach (IGrouping<string?, FakeConnection> uid in identified.GroupBy(one => one.Uid))
        {
            Registry.OfUid(uid.Key).ToArray().Should().BeEquivalentTo(uid);
        }
        for (int i = 0; i < 5; i++)
        {
            string group = $"g{i}";
            (Registry.OfGroup(group)?.Members ?? [])
                .Should()
                .BeEquivalentTo(live.Where(one => one.Groups?.Contains(group) == true));
        }
    }
}
