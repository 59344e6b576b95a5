using System.Buffers;
using System.Net;
using System.Text;
using Microsoft.Extensions.Options;
using PushBridge.Clients.RawWebSocket;
using PushBridge.Connections;
using PushBridge.Hosting.Options;
using PushBridge.Security.Authentication;
using PushBridge.Tests.Connections;

namespace PushBridge.Tests.Clients.RawWebSocket;

public sealed class HandshakeTests
{
    private const string Good = """
        GET /?x=1 HTTP/1.1
        Host: 127.0.0.1:1234
        Upgrade: h2c, WebSocket
        Connection: keep-alive, Upgrade
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
        Sec-WebSocket-Version: 13
        """;

    [Fact]
    public void Accept_TheSampleKeyOfTheRfc() =>
        Handshake.Accept("dGhlIHNhbXBsZSBub25jZQ==").Should().Be("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");

    [Theory]
    [InlineData("", "", null)]
    [InlineData("GET", "PUT", 405)]
    [InlineData("HTTP/1.1", "HTTP/1.0", 400)]
    [InlineData("Host: 127.0.0.1:1234\r\n", "", 400)]
    [InlineData("Host: 127.0.0.1:1234", "Host: 127.0.0.1:1234\r\nHost: 127.0.0.1:1234", 400)]
    [InlineData("Host: 127.0.0.1:1234", "Host: localhost:1234", null)]
    [InlineData("Host: 127.0.0.1:1234", "Host: [::1]:1234", null)]
    [InlineData("Host: 127.0.0.1:1234", "Host: evil.example:1234", 403)]
    [InlineData("keep-alive, Upgrade", "keep-alive", 400)]
    [InlineData("Version: 13", "Version: 8", 426)]
    [InlineData("\r\nSec-WebSocket-Version: 13", "", 426)]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZQ", 400)]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ==", "c2hvcnQ=", 400)]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ==", "", 400)]
    [InlineData("Upgrade: h2c", "Origin: http://127.0.0.1:1234\r\nUpgrade: h2c", null)]
    [InlineData("Upgrade: h2c", "Origin: https://listed.example\r\nUpgrade: h2c", null)]
    [InlineData("Upgrade: h2c", "Origin: http://127.0.0.1:80\r\nUpgrade: h2c", 403)]
    [InlineData("Upgrade: h2c", "Origin: https://127.0.0.1:1234\r\nUpgrade: h2c", 403)]
    [InlineData("Upgrade: h2c", "Origin: http://127.0.0.1:1234.evil\r\nUpgrade: h2c", 403)]
    [InlineData("Upgrade: h2c", "Origin: http://127.0.0.1:1234/path\r\nUpgrade: h2c", 403)]
    [InlineData("Upgrade: h2c", "Origin: null\r\nUpgrade: h2c", 403)]
    public void Decide_OneChangeToAGoodHandshake(string replace, string by, int? status)
    {
        string head = Good.ReplaceLineEndings("\r\n") + "\r\n\r\n";
        if (replace.Length > 0)
        {
            head.Should().Contain(replace);
            head = head.Replace(replace, by, StringComparison.Ordinal);
        }

        Decide(head)?.Status.Should().Be(status);
        (Decide(head) is null).Should().Be(status is null);
    }

    [Fact]
    public void Parse_AMalformedHead_IsNull() =>
        RequestHead
            .Parse(new ReadOnlySequence<byte>("GET / HTTP/1.1\r\nbad header\r\n\r\n"u8.ToArray()))
            .Should()
            .BeNull();

    [Fact]
    public void TryFind_TheEndOfAHead_HoweverItIsCut()
    {
        byte[] head = Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: x\r\n\r\nrest");
        int scanned = 0;
        int found = 0;
        for (int length = 1; length <= head.Length && found == 0; length++)
        {
            ReadOnlySequence<byte> buffer = Sequences.Split(head[..length], 3);
            if (HeadEnd.TryFind(buffer, ref scanned, out SequencePosition end))
            {
                found = (int)buffer.Slice(0, end).Length;
            }
        }
        found.Should().Be(head.Length - "rest".Length);
    }

    [Fact]
    public void Decide_WhenTheServerDrains_IsUnavailableWithAHint()
    {
        ClientServices services = Fakes.Services();
        AdmissionGate gate = Fakes.Gate(Options.Create(services.Options));
        gate.BeginDrain();

        Refusal? refusal = Decide(Good.ReplaceLineEndings("\r\n") + "\r\n\r\n", gate);

        refusal!.Status.Should().Be(503);
        refusal.Header.Should().MatchRegex("^Retry-After: [1-5]$");
    }

    private static Refusal? Decide(string head, AdmissionGate? gate = null)
    {
        ClientServices services = Fakes.Services(options =>
        {
            options.AllowedOrigins.Add("https://listed.example");
        });
        IOptions<ClientOptions> options = Options.Create(services.Options);
        gate ??= Fakes.Gate(options);
        ClientDoor door = Fakes.Door(options, gate);
        Handshake handshake = new(door, gate);
        RequestHead? parsed = RequestHead.Parse(
            new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(head))
        );
        UpgradeRequest request = parsed!.Upgrade;
        return handshake.Decide(
            request,
            door.Read(request.Arrival, IPAddress.Loopback, isTls: false, Fakes.Listener)
        );
    }
}
