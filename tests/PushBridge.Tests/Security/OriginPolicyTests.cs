using System.Net;
using PushBridge.Hosting.Options;
using PushBridge.Security;

namespace PushBridge.Tests.Security;

/// <summary>What the log says of pages and hosts that are refused; that they are is tested over sockets.</summary>
public sealed class OriginPolicyTests
{
    private readonly LogLines<OriginPolicy> logger = [];

    [Theory]
    [InlineData("push.example.com:1234", "A client * Host header names push.example.com. *")]
    [InlineData("[2001:db8::1]:1234", "*names [[]2001:db8::1]. *")]
    [InlineData("a\ninfo: forged", "*names (malformed). *")]
    [InlineData("exämple.com", "*names (malformed). *")]
    [InlineData("", "*names (malformed). *")]
    public void Allows_ForeignHost_IsLoggedByNameWhereItIsOne(string host, string line)
    {
        Allows(Policy(), host, origin: null).Should().BeFalse();

        logger.Should().ContainSingle().Which.Text.Should().Match(line.Replace("[[]", "["));
    }

    [Fact]
    public void Allows_LongForeignHost_IsNotLogged()
    {
        Allows(Policy(), $"{new string('a', 60)}.{new string('b', 60)}", origin: null);

        logger.Single().Text.Should().Contain("(malformed)");
    }

    [Fact]
    public void Allows_ForeignHostOfABackend_IsNoClient()
    {
        Allows(Policy().ForBackends(), "push.example.com", origin: null).Should().BeFalse();

        logger
            .Single()
            .Text.Should()
            .StartWith("A request to an HTTP port")
            .And.Contain("push.example.com");
    }

    [Fact]
    public void Allows_PageWithoutOrigin_IsToldToBeServed()
    {
        Allows(Policy(), "127.0.0.1:1234", "null").Should().BeFalse();

        logger
            .Single()
            .Text.Should()
            .Contain("Serve the page over http")
            .And.NotContain("AllowedOrigins");
    }

    [Fact]
    public void Allows_ForeignOrigin_IsLoggedWithTheSettingThatLetsItIn()
    {
        Allows(Policy(), "127.0.0.1:1234", "https://app.example.com").Should().BeFalse();

        logger
            .Single()
            .Text.Should()
            .Contain("https://app.example.com")
            .And.Contain("PushBridge:Clients:AllowedOrigins");
    }

    private static bool Allows(OriginPolicy policy, string host, string? origin) =>
        policy.Allows(host, origin, isTls: false, IPAddress.Loopback);

    private OriginPolicy Policy() =>
        new(
            Microsoft.Extensions.Options.Options.Create(new ClientOptions()),
            new SecurityLog(logger, TimeProvider.System)
        );
}
