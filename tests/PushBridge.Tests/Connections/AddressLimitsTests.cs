using System.Net;
using Microsoft.Extensions.Options;
using PushBridge.Connections;
using PushBridge.Hosting.Options;
using PushBridge.Tests.Commands;

namespace PushBridge.Tests.Connections;

public sealed class AddressLimitsTests
{
    private static readonly IPAddress Client = IPAddress.Parse("203.0.113.7");

    private readonly FakeTime time = new();
    private readonly ClientOptions options = new()
    {
        MaxConnectionsPerAddress = 2,
        MaxConnectsPerSecondPerAddress = 5,
    };

    [Fact]
    public void TryEnter_AFullAddress_LeavesTheOthersAlone()
    {
        AddressLimits limits = New(out _);

        limits.TryEnter(Client).Should().BeTrue();
        limits.IsFull(Client).Should().BeFalse();
        limits.TryEnter(Client).Should().BeTrue();
        limits.IsFull(Client).Should().BeTrue();
        limits.TryEnter(Client).Should().BeFalse();
        limits.TryEnter(IPAddress.Parse("203.0.113.8")).Should().BeTrue();

        limits.Leave(Client);
        limits.TryEnter(Client).Should().BeTrue();
    }

    [Fact]
    public void TryEnter_ANetworkOf64Bits_IsOneAddress()
    {
        AddressLimits limits = New(out _);

        limits.TryEnter(IPAddress.Parse("2001:db8::1")).Should().BeTrue();
        limits.TryEnter(IPAddress.Parse("2001:db8::ffff:2")).Should().BeTrue();
        limits.TryEnter(IPAddress.Parse("2001:db8::3")).Should().BeFalse();
        limits.TryEnter(IPAddress.Parse("2001:db8:0:1::3")).Should().BeTrue();
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void TryEnter_Loopback_CountsWhenItIsToCount(string address)
    {
        IPAddress loopback = IPAddress.Parse(address);
        AddressLimits free = New(out _);
        Enumerable.Range(0, 10).All(_ => free.TryEnter(loopback)).Should().BeTrue();

        options.LimitLoopback = true;
        AddressLimits counted = New(out _);
        Enumerable.Range(0, 10).Count(_ => counted.TryEnter(loopback)).Should().Be(2);
    }

    [Fact]
    public void TryConnect_ABurst_ThenThePermittedRate()
    {
        AddressLimits limits = New(out CoarseClock clock);

        Attempts(limits, 30).Should().Be(20, "four seconds' worth");
        Advance(clock, 1);
        Attempts(limits, 30).Should().Be(5);
        Advance(clock, 60);
        Attempts(limits, 30).Should().Be(20, "the bucket holds no more");
    }

    [Fact]
    public void TryConnect_MoreAddressesThanAreRemembered_StaysBounded()
    {
        AddressLimits limits = New(out CoarseClock clock);
        for (int i = 0; i < 50_000; i++)
        {
            limits.TryConnect(new IPAddress(0x0000_0001L + (i << 8))).Should().BeTrue();
        }
        limits.Remembered.Should().BeLessThanOrEqualTo(10_000);

        Advance(clock, 10);
        limits.TryConnect(Client);
        limits.Remembered.Should().Be(1, "a full bucket says nothing");
    }

    private AddressLimits New(out CoarseClock clock)
    {
        clock = new CoarseClock(time);
        return new AddressLimits(Options.Create(options), clock);
    }

    private void Advance(CoarseClock clock, int seconds)
    {
        time.Advance(TimeSpan.FromSeconds(seconds));
        clock.Advance();
    }

    private static int Attempts(AddressLimits limits, int count) =>
        Enumerable.Range(0, count).Count(_ => limits.TryConnect(Client));
}
