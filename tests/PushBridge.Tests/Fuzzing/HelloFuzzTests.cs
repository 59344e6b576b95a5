using System.Buffers;
using System.Net;
using System.Text;
using Microsoft.Extensions.Options;
using PushBridge.Clients.RawWebSocket;
using PushBridge.Connections;
using PushBridge.Hosting.Options;
using PushBridge.Security.Authentication;
using PushBridge.Tests.Connections;

namespace PushBridge.Tests.Fuzzing;

/// <summary>How clients introduce themselves, mutated: 100,000 uids and 100,000 request heads.</summary>
public sealed class HelloFuzzTests
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private static readonly Mutator Uids = new(
        "uid1",
        "0123",
        "ä😀 uid",
        "{\"uid\":1}",
        "\uFEFFuid\u2028\u00A0",
        "a\0b",
        "\u0085\u007F\u001F",
        new string('u', 250),
        string.Concat(Enumerable.Repeat("ä", 127))
    );

    private static readonly Mutator Heads = new(
        "GET / HTTP/1.1\r\nHost: 127.0.0.1:1234\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
        "GET /?uid=%FF HTTP/1.1\r\nhost: [::1]:1234\r\nORIGIN: http://[::1]:1234\r\nUpgrade: h2c, WebSocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
        "POST http://127.0.0.1:1234/ HTTP/1.0\r\nHost: localhost\r\nOrigin: null\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    );

    [Fact]
    public void DecideAsync_MutatedUids_AgreesWithTheRule() =>
        Fuzz.Run(
            100_000,
            random =>
            {
                byte[] uid = Uids.Next(random);
                string? decoded = Greeting.DecideAsync(uid).AsTask().Result.Identity?.Uid;
                bool accepted = decoded is not null;
                Fuzz.Require(accepted == MayBe(uid), Convert.ToHexString(uid));
                Fuzz.Require(
                    !accepted
                        || (
                            Encoding.UTF8.GetBytes(decoded!).SequenceEqual(uid)
                            && UidRules.IsValid(decoded)
                        ),
                    $"{Convert.ToHexString(uid)} became another uid"
                );
            }
        );

    [Fact]
    public void Decide_MutatedHeads_NeverThrowsAndAcceptsOnlyOurHosts() =>
        Fuzz.Run(
            100_000,
            random =>
            {
                byte[] bytes = Heads.Next(random);
                ReadOnlySequence<byte> sequence = new(bytes);
                int scanned = 0;
                if (
                    !HeadEnd.TryFind(sequence, ref scanned, out SequencePosition end)
                    || RequestHead.Parse(sequence.Slice(0, end)) is not { } head
                )
                {
                    return;
                }

                UpgradeRequest request = head.Upgrade;
                Arrival arrival = Door.Read(
                    request.Arrival,
                    IPAddress.Loopback,
                    isTls: false,
                    Fakes.Listener
                );
                if (Handshake.Decide(request, arrival) is null)
                {
                    string host = head.Upgrade.Host.ToString();
                    Fuzz.Require(IsLoopback(host), $"accepted {Encoding.Latin1.GetString(bytes)}");
                    Gate.Leave(arrival.Address);
                }
            }
        );

    private static readonly IOptions<ClientOptions> Open = Options.Create(
        new ClientOptions { HasOwnListener = true, MaxConnectsPerSecond = 1_000_000 }
    );

    private static readonly AdmissionGate Gate = Fakes.Gate(Open);

    private static readonly ClientDoor Door = Fakes.Door(Open, Gate);

    private static readonly Handshake Handshake = new(Door, Gate);

    private static readonly Hello Greeting = new(
        new OpenAuthenticator(),
        new Arrival(null, IsTls: false, null, "", null)
    );

    private static bool IsLoopback(string host)
    {
        string name = host[0] == '[' ? host[..(host.IndexOf(']') + 1)] : host.Split(':')[0];
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(name, out IPAddress? address) && IPAddress.IsLoopback(address));
    }

    /// <summary>The rule in words: 1 to 256 bytes of UTF-8 without control characters.</summary>
    private static bool MayBe(byte[] uid)
    {
        if (uid.Length is 0 or > 256)
        {
            return false;
        }

        try
        {
            return !Strict.GetString(uid).Any(char.IsControl);
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
