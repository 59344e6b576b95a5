using System.Net;
using Microsoft.Extensions.Options;
using PushBridge.Hosting.Options;
using PushBridge.Security.Authentication;

namespace PushBridge.Tests.Security.Authentication;

public sealed class ArrivalReaderTests
{
    private static readonly IPAddress Proxy = IPAddress.Parse("10.1.2.3");

    [Theory]
    [InlineData("", "10.1.2.3")]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("1.1.1.1, 203.0.113.7", "203.0.113.7")]
    [InlineData("203.0.113.7, 10.0.0.9", "203.0.113.7")]
    [InlineData("10.0.0.8, 10.0.0.9", "10.0.0.8")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    [InlineData("unknown", "10.1.2.3")]
    [InlineData("evil, 10.0.0.9", "10.0.0.9")]
    public void Read_BehindATrustedProxy_TheAddressIsTheLastThatIsNoProxy(
        string forwardedFor,
        string address
    ) => Read(Proxy, forwardedFor, "").Address.Should().Be(IPAddress.Parse(address));

    [Fact]
    public void Read_FromAnybodyElse_ForwardedHeadersMeanNothing()
    {
        IPAddress stranger = IPAddress.Parse("203.0.113.9");

        Arrival arrival = Read(stranger, "127.0.0.1", "https");

        arrival.Address.Should().Be(stranger);
        arrival.IsTls.Should().BeFalse();
    }

    [Theory]
    [InlineData("https", true)]
    [InlineData("http, HTTPS", true)]
    [InlineData("https, http", false)]
    [InlineData("", false)]
    public void Read_BehindATrustedProxy_ItsSchemeCounts(string proto, bool isTls) =>
        Read(Proxy, "", proto).IsTls.Should().Be(isTls);

    [Fact]
    public void Read_AMappedAddress_IsTheIPv4Address() =>
        Read(IPAddress.Parse("::ffff:10.1.2.3"), "203.0.113.7", "")
            .Address.Should()
            .Be(IPAddress.Parse("203.0.113.7"));

    [Theory]
    [InlineData("?access_token=abc", "", "abc")]
    [InlineData("?x=1&access_token=a%2Eb", "", "a.b")]
    [InlineData("?access_token=", "", null)]
    [InlineData("?my_access_token=abc", "", null)]
    [InlineData("", "Bearer abc", "abc")]
    [InlineData("", "bearer  abc ", "abc")]
    [InlineData("", "Basic abc", null)]
    [InlineData("?access_token=query", "Bearer header", "query")]
    public void Read_ATokenOfTheRequest(string query, string authorization, string? token) =>
        Read(Proxy, "", "", query, authorization).Token.Should().Be(token);

    [Fact]
    public void Read_InOpenMode_TokensMeanNothing() =>
        Read(Proxy, "", "", "?access_token=abc", mode: ClientAuthenticationMode.Open)
            .Token.Should()
            .BeNull();

    private static Arrival Read(
        IPAddress remote,
        string forwardedFor,
        string forwardedProto,
        string query = "",
        string authorization = "",
        ClientAuthenticationMode mode = ClientAuthenticationMode.Token
    )
    {
        ClientOptions options = new();
        options.Authentication.Mode = mode;
        options.TrustedProxies.Add("10.0.0.0/8");
        return new ArrivalReader(Options.Create(options)).Read(
            new ArrivalHeaders(
                query,
                default,
                authorization,
                default,
                forwardedFor,
                forwardedProto
            ),
            remote,
            isTls: false
        );
    }
}
