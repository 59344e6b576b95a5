using System.Text;
using PushBridge.Client;
using PushBridge.Client.Replies;
using PushBridge.Commands;

namespace PushBridge.Tests.Client;

public sealed class ReplyTests
{
    [Theory]
    [InlineData("""{"ok":true,"connections":3}""", PushReason.None, 3)]
    [InlineData("""{"connections":3,"later":[{"ok":false}],"ok":true}""", PushReason.None, 3)]
    [InlineData("""{"ok":true}""", PushReason.None, 0)]
    [InlineData("""{"ok":false,"reason":"unavailable"}""", PushReason.Unavailable, 0)]
    [InlineData("""{"ok":false,"reason":"draining"}""", PushReason.Draining, 0)]
    [InlineData("""{"ok":false,"reason":"unauthorized"}""", PushReason.Unauthorized, 0)]
    [InlineData("""{"ok":false,"reason":"eclipse"}""", PushReason.Unrecognized, 0)]
    [InlineData("""{"ok":false,"reason":7}""", PushReason.Unrecognized, 0)]
    [InlineData("""{"ok":false}""", PushReason.Unrecognized, 0)]
    [InlineData("fail", PushReason.BadRequest, 0)]
    public void TryParse_Reply_IsTaken(string line, PushReason reason, int connections)
    {
        ReplyParser.TryParse(Encoding.UTF8.GetBytes(line), out Reply reply).Should().BeTrue();

        reply.Reason.Should().Be(reason);
        reply.Connections.Should().Be(connections);
    }

    [Fact]
    public void TryParse_EveryReasonOfTheServer_HasAMember()
    {
        foreach (FailReason reason in Enum.GetValues<FailReason>().Except([FailReason.None]))
        {
            string line = $$"""{"ok":false,"reason":"{{Replies.NameOf(reason)}}"}""";
            Reply reply = Parse(Encoding.UTF8.GetBytes(line));

            reply.Reason.Should().NotBe(PushReason.Unrecognized, line);
            reply.Reason.ToString().Should().Be(reason.ToString());
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("ok")]
    [InlineData("HTTP/1.1 400 Bad Request")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"ok":"true"}""")]
    [InlineData("""{"ok":true,"connections":"1"}""")]
    [InlineData("""{"ok":true,"connections":1.5}""")]
    [InlineData("""{"ok":true,"connections":99999999999}""")]
    [InlineData("""{"ok":true,"connections":1""")]
    [InlineData("""{"ok":true}{"ok":true}""")]
    public void TryParse_NoReply_IsRefused(string line) =>
        ReplyParser.TryParse(Encoding.UTF8.GetBytes(line), out _).Should().BeFalse();

    [Fact]
    public void TryParse_OnlineAndCount_AreTaken()
    {
        Reply online = Parse("""{"ok":true,"online":{"a":2,"\u00e9":0}}"""u8);
        Reply count = Parse("""{"ok":true,"connections":7,"uids":5}"""u8);

        online.Online.Should().BeEquivalentTo(new Dictionary<string, int> { ["a"] = 2, ["é"] = 0 });
        (count.Connections, count.Uids).Should().Be((7, 5));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100_000)]
    public void ReplyLines_AnyChunks_GiveTheSameLines(int chunk)
    {
        string[] sent = ["a", "", new string('x', 50_000), "last"];
        byte[] bytes = Encoding.UTF8.GetBytes(string.Join("\n", sent) + "\r\nrest");
        using ReplyLines lines = new(maxLineBytes: 60_000);
        List<string> read = [];

        for (int at = 0; at < bytes.Length; )
        {
            Memory<byte> free = lines.Free();
            int count = Math.Min(Math.Min(chunk, free.Length), bytes.Length - at);
            bytes.AsSpan(at, count).CopyTo(free.Span);
            lines.Received(count);
            at += count;
            while (lines.TryRead(out ReadOnlySpan<byte> line))
            {
                read.Add(Encoding.UTF8.GetString(line));
            }
        }

        read.Should().Equal(sent);
    }

    [Fact]
    public void ReplyLines_LineWithoutEnd_IsNotCollectedForever()
    {
        using ReplyLines lines = new(maxLineBytes: 100);
        lines.Free().Span[..101].Fill((byte)'x');
        lines.Received(101);

        ((Action)(() => lines.TryRead(out _))).Should().Throw<IOException>();
    }

    private static Reply Parse(ReadOnlySpan<byte> line)
    {
        ReplyParser.TryParse(line, out Reply reply).Should().BeTrue();
        return reply;
    }
}
