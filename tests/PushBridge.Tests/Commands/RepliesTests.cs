using System.Buffers;
using System.Text;
using PushBridge.Commands;

namespace PushBridge.Tests.Commands;

public sealed class RepliesTests
{
    [Theory]
    [InlineData(CommandKind.PushLine, false, "ok\n")]
    [InlineData(CommandKind.Push, true, "{\"ok\":true,\"connections\":3}\n")]
    [InlineData(CommandKind.Kick, true, "{\"ok\":true,\"connections\":3}\n")]
    [InlineData(CommandKind.Ping, true, "{\"ok\":true}\n")]
    public void Write_Success(object kind, bool json, string expected) =>
        Reply((CommandKind)kind, json, Outcome.Success(3)).Should().Be(expected);

    [Theory]
    [InlineData(false, FailReason.Offline, "fail\n")]
    [InlineData(true, FailReason.Offline, "{\"ok\":false,\"reason\":\"offline\"}\n")]
    [InlineData(true, FailReason.BadRequest, "{\"ok\":false,\"reason\":\"bad_request\"}\n")]
    [InlineData(true, FailReason.Overloaded, "{\"ok\":false,\"reason\":\"overloaded\"}\n")]
    public void Write_Failure(bool json, object reason, string expected) =>
        Reply(CommandKind.Push, json, Outcome.Fail((FailReason)reason)).Should().Be(expected);

    [Fact]
    public void Write_Online_NamesEachUidOnceAndEscapesIt() =>
        Reply(
                CommandKind.Online,
                json: false,
                new Outcome(
                    FailReason.None,
                    2,
                    Online: [new("a\"b", 2), new("a\"b", 2), new("c", 0)]
                )
            )
            .Should()
            .Be("{\"ok\":true,\"online\":{\"a\\u0022b\":2,\"c\":0}}\n");

    [Fact]
    public void Write_Count_SaysConnectionsAndUids() =>
        Reply(CommandKind.Count, json: false, new Outcome(FailReason.None, 7, 5))
            .Should()
            .Be("{\"ok\":true,\"connections\":7,\"uids\":5}\n");

    [Fact]
    public void NameOf_EveryFailure_HasAName() =>
        Enum.GetValues<FailReason>()
            .Where(reason => reason != FailReason.None)
            .Select(Replies.NameOf)
            .Should()
            .OnlyHaveUniqueItems();

    private static string Reply(CommandKind kind, bool json, Outcome outcome)
    {
        ArrayBufferWriter<byte> output = new();
        Replies.Write(new Command { Kind = kind, ReplyAsJson = json }, outcome, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
