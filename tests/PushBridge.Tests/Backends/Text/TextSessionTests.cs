using System.Net;
using System.Net.Sockets;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PushBridge.Backends.Text;
using PushBridge.Commands;
using PushBridge.Connections;
using PushBridge.Delivery;
using PushBridge.Hosting.Options;
using PushBridge.Tests.Connections;

namespace PushBridge.Tests.Backends.Text;

/// <summary>The session without its connection: bytes in, frames of a fake client out. Its replies go to a socket pair.</summary>
public sealed class TextSessionTests
{
    [Fact]
    public void Received_AnyChunking_DeliversAndAnswersTheSame()
    {
        byte[] stream = Encoding.UTF8.GetBytes(
            "{\"uid\":\"a\",\"n\":1}\n\r\n{\"uid\":\"a\",\"n\":2}\r\n\"abc\"\n{\"uid\":\"b\"}\n{\"uid\":{}}\n{\"uid\":\"a\",\"n\":3}\n"
        );
        Prop.ForAll(
                Gen.Choose(1, 30).NonEmptyListOf().ToArbitrary(),
                cuts =>
                {
                    (List<string> written, string replies) = Run(stream, cuts);
                    return written.SequenceEqual([
                            "{\"uid\":\"a\",\"n\":1}",
                            "{\"uid\":\"a\",\"n\":2}",
                            "{\"uid\":\"a\",\"n\":3}",
                        ])
                        && replies == "ok\nfail\nok\nfail\nfail\nfail\nok\n";
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(200));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n{\"uid\":\"a\"}\n")]
    [InlineData("POST / HTTP/1.1\n{\"uid\":\"a\"}\n")]
    [InlineData("\u0016\u0003\u0001{\"uid\":\"a\"}\n")]
    [InlineData("\u0000{\"uid\":\"a\"}\n")]
    [InlineData("\u007f{\"uid\":\"a\"}\n")]
    public void Received_AForeignFirstByte_RefusesAndRelaysNothing(string start)
    {
        (List<string> written, string replies) = Run(Encoding.UTF8.GetBytes(start), [1000]);

        written.Should().BeEmpty();
        replies.Should().Be("fail\n");
    }

    [Theory]
    [InlineData("\t{\"uid\":\"a\"}\n")]
    [InlineData("\r\n{\"uid\":\"a\"}\n")]
    [InlineData(" {\"uid\":\"a\"}\n")]
    public void Received_WhitespaceFirst_IsABackend(string start)
    {
        (List<string> written, string replies) = Run(Encoding.UTF8.GetBytes(start), [1]);

        written.Should().HaveCount(1);
        replies.Should().EndWith("ok\n");
    }

    [Fact]
    public void Received_Quiet_AnswersItAndNothingMore()
    {
        byte[] stream = Encoding.UTF8.GetBytes(
            "{\"uid\":\"b\"}\n{\"$cmd\":\"quiet\"}\n{\"uid\":\"a\"}\nnonsense\n"
        );

        (List<string> written, string replies) = Run(stream, [7]);

        written.Should().HaveCount(1);
        replies.Should().Be("fail\nok\n");
    }

    private static (List<string> Written, string Replies) Run(
        byte[] stream,
        IReadOnlyList<int> cuts
    )
    {
        ClientServices services = Fakes.Services();
        FakeConnection client = new(services, "1", "a");
        using Socket listener = new(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using Socket peer = new(SocketType.Stream, ProtocolType.Tcp);
        peer.Connect(listener.LocalEndPoint!);
        using (Socket socket = listener.Accept())
        {
            ReplySender replies = new(socket, 1 << 20, services.Metrics);
            CommandExecutor executor = new(
                services.Registry,
                new MessageDelivery(services.Registry),
                Fakes.Ids(),
                services.Clock
            );
            using TextSession session = new(
                executor,
                replies,
                new TextOptions(),
                new FirstReplies(TimeProvider.System),
                services.Metrics
            );
            Feed(session, stream, cuts);
        }
        using NetworkStream read = new(peer);
        using StreamReader reader = new(read);
        return (client.Written, reader.ReadToEnd());
    }

    private static void Feed(TextSession session, byte[] stream, IReadOnlyList<int> cuts)
    {
        int at = 0;
        bool open = true;
        for (int cut = 0; open && at < stream.Length; cut++)
        {
            int count = Math.Min(stream.Length - at, cuts[cut % cuts.Count]);
            stream.AsSpan(at, count).CopyTo(session.Free().Span);
            open = session.Received(count);
            session.Rest();
            at += count;
        }
        session.Answer();
    }
}
