using System.Net;
using PushBridge.Hosting.Options;
using PushBridge.Security;
using PushBridge.Tests.Commands;

namespace PushBridge.Tests.Security;

public sealed class BackendDoorTests
{
    private const string Secret = "a-secret-of-the-backends";
    private static readonly IPAddress Here = IPAddress.Parse("192.0.2.1");

    private readonly FakeTime time = new();
    private readonly BackendOptions options = new() { MaxFailedAttempts = 3 };

    [Theory]
    [InlineData("192.0.2.1", true)]
    [InlineData("::ffff:192.0.2.1", true)]
    [InlineData("192.0.3.1", false)]
    [InlineData("2001:db8::1", true)]
    [InlineData("2001:db9::1", false)]
    [InlineData("127.0.0.1", false)]
    public void Admits_AList_IsExact(string address, bool admitted)
    {
        options.AllowedNetworks.Add("192.0.2.0/24");
        options.AllowedNetworks.Add("2001:db8::/32");

        Door().Admits(IPAddress.Parse(address)).Should().Be(admitted);
    }

    [Fact]
    public void Admits_NoListOrNoAddress_Always()
    {
        Door().Admits(Here).Should().BeTrue();
        options.AllowedNetworks.Add("192.0.2.0/24");
        Door().Admits(null).Should().BeTrue();
    }

    [Fact]
    public void Check_WithoutSecrets_TakesAny()
    {
        Door().NeedsSecret.Should().BeFalse();
        Door().Check("whatever", Here).Should().Be(SecretCheck.Right);
    }

    [Fact]
    public void Check_TooManyWrongOnes_RefusesTheRightOneUntilTheMinuteIsOver()
    {
        BackendDoor door = WithSecret();
        door.Check(Secret, Here).Should().Be(SecretCheck.Right);
        Fail(door, Here, 3);

        door.Check(Secret, Here).Should().Be(SecretCheck.TooMany);
        time.Advance(TimeSpan.FromSeconds(45));
        door.WaitOf(Here).Should().Be(TimeSpan.FromSeconds(15));
        door.Check(Secret, IPAddress.Parse("192.0.2.2")).Should().Be(SecretCheck.Right);
        time.Advance(TimeSpan.FromSeconds(15));
        door.WaitOf(Here).Should().Be(TimeSpan.Zero);
        door.Check(Secret, Here).Should().Be(SecretCheck.Right);
    }

    [Fact]
    public void Check_FewerWrongOnes_DoNotCountIntoTheNextMinute()
    {
        BackendDoor door = WithSecret();
        Fail(door, Here, 2);
        time.Advance(TimeSpan.FromMinutes(1));
        Fail(door, Here, 2);

        door.Check(Secret, Here).Should().Be(SecretCheck.Right);
    }

    [Theory]
    [InlineData("2001:db8::1", "2001:db8::ffff:1", true)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("::1", "::2", false)]
    public void Check_AddressesOfOnePeer_CountTogether(string first, string second, bool together)
    {
        BackendDoor door = WithSecret();
        Fail(door, IPAddress.Parse(first), 3);

        door.Check(Secret, IPAddress.Parse(second))
            .Should()
            .Be(together ? SecretCheck.TooMany : SecretCheck.Right);
    }

    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.9.9.9", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("127.0.0.1", true)]
    [InlineData("::1", true)]
    public void Check_Loopback_IsLimitedOnlyWhenAsked(string address, bool limited)
    {
        options.LimitLoopback = limited;
        BackendDoor door = WithSecret();
        IPAddress loopback = IPAddress.Parse(address);
        Fail(door, loopback, 3);

        door.Check("wrong", loopback)
            .Should()
            .Be(limited ? SecretCheck.TooMany : SecretCheck.Wrong);
        door.Check(Secret, loopback).Should().Be(limited ? SecretCheck.TooMany : SecretCheck.Right);
    }

    [Fact]
    public void Check_AUnixSocket_IsNeverLimited()
    {
        BackendDoor door = WithSecret();
        for (int i = 0; i < 10; i++)
        {
            door.Check("wrong", null).Should().Be(SecretCheck.Wrong);
        }
        door.Check(Secret, null).Should().Be(SecretCheck.Right);
    }

    [Fact]
    public void Check_MoreAddressesThanAreRemembered_ForgetsTheOldest()
    {
        options.MaxFailedAttempts = 1;
        BackendDoor door = WithSecret();
        for (int i = 0; i <= FailedAttempts.MaxAddresses; i++)
        {
            Fail(door, new IPAddress(0x0A000000L + i), 1);
        }

        door.WaitOf(new IPAddress(0x0A000000L)).Should().Be(TimeSpan.Zero);
        door.WaitOf(new IPAddress(0x0A000001L)).Should().Be(TimeSpan.FromMinutes(1));
    }

    private static void Fail(BackendDoor door, IPAddress address, int times)
    {
        for (int i = 0; i < times; i++)
        {
            door.Check($"wrong {i}", address).Should().Be(SecretCheck.Wrong);
        }
    }

    private BackendDoor WithSecret()
    {
        options.Secrets.Add(Secret);
        return Door();
    }

    private BackendDoor Door() => BackendDoors.Of(options, time);
}
