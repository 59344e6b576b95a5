using System.Net;
using System.Net.Sockets;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PushBridge.Backends.Text;
using PushBridge.Backplane;
using PushBridge.Commands;
using PushBridge.Connections;
using PushBridge.Hosting.Options;
using PushBridge.Tests.Backplane;
using PushBridge.Tests.Commands;
using PushBridge.Tests.Connections;
using PushBridge.Tests.Security;

namespace PushBridge.Tests.Backends.Text;

/// <summary>The session without its connection: bytes in, frames of a fake client out. Its replies go to a socket pair.</summary>
public sealed class TextSessionTests
{
    private const string Secret = "a-secret-of-the-backends";
    private const string WithId = """{"$cmd":"push","uid":"a","data":1,"id":"i"}""" + "\n";
    private const string Auth = $$"""{"$cmd":"auth","secret":"{{Secret}}"}""";

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

    [Theory]
    [InlineData(Auth + "\n{\"uid\":\"a\"}\n", 1, "ok\nok\n")]
    [InlineData(Auth + "\n" + Auth + "\n{\"uid\":\"a\"}\n", 1, "ok\nok\nok\n")]
    [InlineData(
        """{"$cmd":"auth","secret":"a-secret-of-the-b\u0061ckends","reply":"json"}""" + "\n",
        0,
        "{\"ok\":true}\n"
    )]
    [InlineData("{\"uid\":\"a\"}\n" + Auth + "\n{\"uid\":\"a\"}\n", 0, "fail\n")]
    [InlineData("{\"$cmd\":\"ping\"}\n" + Auth + "\n", 0, "fail\n")]
    [InlineData("{\"$cmd\":\"quiet\"}\n" + Auth + "\n", 0, "fail\n")]
    [InlineData("nonsense\n" + Auth + "\n{\"uid\":\"a\"}\n", 0, "fail\n")]
    [InlineData("\n" + Auth + "\n{\"uid\":\"a\"}\n", 0, "fail\n")]
    [InlineData("{\"$cmd\":\"auth\"}\n{\"uid\":\"a\"}\n", 0, "fail\n")]
    [InlineData("{\"$cmd\":\"auth\",\"secret\":\"wrong\"}\n{\"uid\":\"a\"}\n", 0, "fail\n")]
    [InlineData(
        Auth + "\n{\"$cmd\":\"auth\",\"secret\":\"wrong\"}\n{\"uid\":\"a\"}\n",
        0,
        "ok\nfail\n"
    )]
    [InlineData(Auth + "\n{\"$cmd\":\"auth\"}\n{\"uid\":\"a\"}\n", 1, "ok\nfail\nok\n")]
    [InlineData(
        """{"$cmd":"push","uid":"a","data":1,"reply":"json"}""" + "\n",
        0,
        "{\"ok\":false,\"reason\":\"unauthorized\"}\n"
    )]
    public void Received_AStranger_PresentsTheSecretFirst(
        string stream,
        int delivered,
        string expected
    )
    {
        foreach (int cut in new[] { 1, 1000 })
        {
            (List<string> written, string replies) = Run(
                Encoding.UTF8.GetBytes(stream),
                [cut],
                Stranger()
            );

            written.Should().HaveCount(delivered);
            replies.Should().Be(expected);
        }
    }

    [Fact]
    public void Received_AuthWhereNobodyIsAsked_IsOk()
    {
        (List<string> written, string replies) = Run(
            Encoding.UTF8.GetBytes(Auth + "\n{\"$cmd\":\"auth\"}\n{\"uid\":\"a\"}\n"),
            [1000]
        );

        written.Should().HaveCount(1);
        replies.Should().Be("ok\nfail\nok\n");
    }

    [Fact]
    public void Received_ALongLineOfAStranger_IsRefusedEarly()
    {
        byte[] line = Encoding.UTF8.GetBytes("{\"x\":\"" + new string('x', 10_000));

        Run(line, [4_000], Stranger()).Replies.Should().Be("fail\n");
        Run(line, [4_000]).Replies.Should().BeEmpty();
    }

    [Fact]
    public void Received_ALongLineAfterTheSecret_IsTaken()
    {
        string line = "{\"uid\":\"a\",\"x\":\"" + new string('x', 10_000) + "\"}";

        (List<string> written, string replies) = Run(
            Encoding.UTF8.GetBytes($"{Auth}\n{line}\n"),
            [4_000],
            Stranger()
        );

        written.Should().Equal(line);
        replies.Should().Be("ok\nok\n");
    }

    [Fact]
    public void Received_ALineThatTakesTooLong_IsRefused()
    {
        FakeTime time = new();
        (List<string> written, string replies) = Run(
            "{\"uid\":\"a\"}\n{\"uid\""u8.ToArray(),
            [1000],
            time: time,
            afterwards: session =>
            {
                time.Advance(TimeSpan.FromSeconds(9));
                session.Patience.Should().Be(TimeSpan.FromSeconds(1));
                session.Paused().Should().BeTrue();
                Drip(session, ":\"a").Should().BeTrue();
                time.Advance(TimeSpan.FromSeconds(1));
                session.Patience.Should().Be(TimeSpan.Zero);
                Drip(session, "b").Should().BeFalse("bytes do not buy time");
            }
        );

        written.Should().HaveCount(1);
        replies.Should().Be("ok\nfail\n");
    }

    [Fact]
    public void Received_AWholeLineThatHasToWaitForItsId_IsNotLate()
    {
        FakeTime time = new();
        TaskCompletionSource claiming = new();
        (List<string> written, string replies) = Run(
            [],
            [1000],
            time: time,
            backplane: new FakeBackplane { Claiming = claiming.Task },
            afterwards: session =>
            {
                Drip(session, WithId[..20]).Should().BeTrue();
                time.Advance(TimeSpan.FromSeconds(10));
                Drip(session, WithId[20..]).Should().BeTrue();
                claiming.SetResult();
                session.Obstacle!.Wait(TimeSpan.FromSeconds(10)).Should().BeTrue();
                session.Resume().Should().BeTrue();
                session.Answer();
            }
        );

        written.Should().Equal("1");
        replies.Should().Be("ok\n");
    }

    [Fact]
    public void Dispose_WhileAnIdIsBeingClaimed_LeavesItToWhoeverRepeatsTheCommand()
    {
        TaskCompletionSource claiming = new();
        FakeBackplane others = new() { Claiming = claiming.Task };
        (List<string> written, _) = Run(
            [],
            [1000],
            backplane: others,
            afterwards: session =>
            {
                Drip(session, WithId).Should().BeTrue();
                session.Dispose();
            }
        );

        claiming.SetResult();

        SpinWait
            .SpinUntil(() => others.Settled.Count == 1, TimeSpan.FromSeconds(10))
            .Should()
            .BeTrue();
        others.Settled.Should().ContainSingle().Which.Connections.Should().BeNull();
        written.Should().BeEmpty();
    }

    [Fact]
    public void Patience_EachLineHasItsOwnTime()
    {
        FakeTime time = new();
        (_, string replies) = Run(
            "{\"uid\":\"a\"}\n{\"uid\""u8.ToArray(),
            [1000],
            time: time,
            afterwards: session =>
            {
                time.Advance(TimeSpan.FromSeconds(9));
                Drip(session, ":\"a\"}\n{").Should().BeTrue();
                time.Advance(TimeSpan.FromSeconds(9));
                Drip(session, "}\n").Should().BeTrue();
                session.Paused().Should().BeTrue();
                session.Patience.Should().Be(Timeout.InfiniteTimeSpan, "idle is not late");
                time.Advance(TimeSpan.FromHours(9));
                session.Paused().Should().BeTrue();
            }
        );

        replies.Should().Be("ok\nok\nfail\n");
    }

    [Fact]
    public void Patience_AStranger_IsTimedFromTheStart()
    {
        FakeTime time = new();
        (_, string replies) = Run(
            [],
            [1000],
            Stranger(),
            time: time,
            afterwards: session =>
            {
                session.Patience.Should().Be(TimeSpan.FromSeconds(10));
                time.Advance(TimeSpan.FromSeconds(10));
                session.Paused().Should().BeFalse();
            }
        );

        replies.Should().Be("fail\n");
    }

    [Fact]
    public void Received_MoreCommandsThanAllowed_AreNotExecuted()
    {
        string burst = string.Concat(Enumerable.Repeat("{\"uid\":\"a\"}\n", 12));

        (List<string> written, string replies) = Run(
            Encoding.UTF8.GetBytes(
                burst + """{"$cmd":"push","uid":"a","data":1,"reply":"json"}""" + "\n"
            ),
            [10_000],
            options: new TextOptions { MaxCommandsPerSecond = 10 }
        );

        written.Should().HaveCount(10);
        replies
            .Should()
            .Be(
                string.Concat(Enumerable.Repeat("ok\n", 10))
                    + "fail\nfail\n{\"ok\":false,\"reason\":\"overloaded\"}\n"
            );
    }

    private static bool Drip(TextSession session, string text)
    {
        Encoding.UTF8.GetBytes(text).CopyTo(session.Free());
        return session.Received(Encoding.UTF8.GetByteCount(text));
    }

    private static BackendEntry Known() => new(BackendDoors.With(), address: null, isKnown: true);

    private static BackendEntry Stranger() =>
        new(BackendDoors.With(Secret), IPAddress.Loopback, isKnown: false);

    private static (List<string> Written, string Replies) Run(
        byte[] stream,
        IReadOnlyList<int> cuts,
        BackendEntry? entry = null,
        TextOptions? options = null,
        FakeTime? time = null,
        IBackplane? backplane = null,
        Action<TextSession>? afterwards = null
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
            ReplySender replies = new(new SocketLink(socket), 1 << 20, services.Metrics);
            CommandExecutor executor = Fakes.Executor(services, backplane: backplane);
            using TextSession session = new(
                executor,
                replies,
                options ?? new TextOptions(),
                new FirstReplies(TimeProvider.System),
                services.Metrics,
                entry ?? Known(),
                time ?? TimeProvider.System
            );
            Feed(session, stream, cuts);
            afterwards?.Invoke(session);
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
