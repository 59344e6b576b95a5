using System.Text;
using PushBridge.Commands;
using PushBridge.Connections;

namespace PushBridge.Tests.Commands;

public sealed class CommandParserTests
{
    private readonly Command command = new();

    [Theory]
    [InlineData("""{"uid":"uid1","percent":"88%"}""", "uid1")]
    [InlineData("""  { "percent" : [1,{"uid":"inner"}], "uid" : "outer" }  """, "outer")]
    [InlineData("""{"uid":"first","uid":"last"}""", "last")]
    [InlineData("""{"uid":{},"uid":"last"}""", "last")]
    [InlineData("""{"\u0075id":"a"}""", "a")]
    [InlineData("""{"uid":"\u4f60\ud83d\ude00"}""", "你😀")]
    [InlineData("""{"uid":123}""", "123")]
    [InlineData("""{"uid":-5}""", "-5")]
    [InlineData("""{"uid":12345678901234567890}""", "12345678901234567890")]
    [InlineData("""{"uid":"0123"}""", "0123")]
    [InlineData("""{"uid":["a",2,"a"]}""", "a|2|a")]
    [InlineData("""{"uid":"a","x":"\ud800"}""", "a")]
    [InlineData("""{"uid":"a","\ud800":1}""", "a")]
    public void TryParse_ThePush_FindsTheUidsAndKeepsTheWholeLine(string line, string uids)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(line);

        CommandParser.TryParse(bytes, command).Should().BeTrue();

        command.Kind.Should().Be(CommandKind.PushLine);
        Names(command.Uids).Should().Be(uids);
        bytes.AsSpan(command.Payload).ToArray().Should().Equal(bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("\"abc\"")]
    [InlineData("123")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"uid\":\"a\"")]
    [InlineData("""{"$cmd":"\ud800"}""")]
    [InlineData("""{"$cmd":"pin\ud800"}""")]
    [InlineData("""{"$cmd":"ping","reply":"\udc00"}""")]
    [InlineData("{\"uid\":\"a\"} {}")]
    [InlineData("{\"uid\":\"a\"},")]
    [InlineData("{\"uid\":\"a\",}")]
    [InlineData("{\"uid\":\"a\"}//")]
    [InlineData("{'uid':'a'}")]
    [InlineData("\uFEFF{\"uid\":\"a\"}")]
    [InlineData("{\"uid\":\"a\",\"x\":NaN}")]
    [InlineData("{\"uid\":null}")]
    [InlineData("{\"uid\":true}")]
    [InlineData("{\"uid\":1.9}")]
    [InlineData("{\"uid\":1e3}")]
    [InlineData("{\"uid\":0123}")]
    [InlineData("{\"uid\":{}}")]
    [InlineData("{\"uid\":\"\"}")]
    [InlineData("{\"uid\":[]}")]
    [InlineData("{\"uid\":[\"a\",null]}")]
    [InlineData("{\"uid\":[[\"a\"]]}")]
    [InlineData("{\"uid\":\"a\\u0000\"}")]
    [InlineData("{\"uid\":\"a\u007f\"}")]
    [InlineData("{\"uid\":\"a\tb\"}")]
    [InlineData("{\"uid\":\"\\ud800\"}")]
    [InlineData("{\"uid\":\"a\",\"uid\":null}")]
    public void TryParse_WhatIsNoCommand_IsFalse(string line) =>
        CommandParser.TryParse(Encoding.UTF8.GetBytes(line), command).Should().BeFalse();

    [Fact]
    public void TryParse_InvalidUtf8Anywhere_IsFalse()
    {
        byte[] line = [.. "{\"uid\":\"a\",\"x\":\""u8, 0xFF, .. "\"}"u8];

        CommandParser.TryParse(line, command).Should().BeFalse();
    }

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    [InlineData(100_000, false)]
    public void TryParse_Depth_IsLimitedTo64(int inner, bool valid)
    {
        string line = $"{{\"uid\":\"a\",\"x\":{new string('[', inner)}{new string(']', inner)}}}";

        CommandParser.TryParse(Encoding.UTF8.GetBytes(line), command).Should().Be(valid);
    }

    [Theory]
    [InlineData(256, true)]
    [InlineData(257, false)]
    public void TryParse_UidLength_CountsBytes(int length, bool valid)
    {
        string plain = new('a', length);
        string escaped = string.Concat(Enumerable.Repeat("\\u0061", length));

        Parses($"{{\"uid\":\"{plain}\"}}").Should().Be(valid);
        Parses($"{{\"uid\":\"{escaped}\"}}").Should().Be(valid);
        Parses($"{{\"uid\":{new string('1', length)}}}").Should().Be(valid);
    }

    [Theory]
    [InlineData(
        """{"$cmd":"push","uid":"a","data": {"x": 1.0} }""",
        CommandKind.Push,
        """{"x": 1.0}"""
    )]
    [InlineData("""{"data":"\u00fc","$cmd":"broadcast"}""", CommandKind.Broadcast, "\"\\u00fc\"")]
    [InlineData("""{"$cmd":"group","group":["g","h"],"data":null}""", CommandKind.Group, "null")]
    public void TryParse_Data_IsItsExactBytes(string line, object kind, string payload)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(line);

        CommandParser.TryParse(bytes, command).Should().BeTrue();

        command.Kind.Should().Be((CommandKind)kind);
        Encoding.UTF8.GetString(bytes.AsSpan(command.Payload)).Should().Be(payload);
    }

    [Theory]
    [InlineData("""{"$cmd":"join","uid":["a","b"],"group":"g"}""", true)]
    [InlineData("""{"$cmd":"join","uid":"a"}""", false)]
    [InlineData("""{"$cmd":"join","uid":"a","group":["g","h"]}""", false)]
    [InlineData("""{"$cmd":"leave","group":"g"}""", false)]
    [InlineData("""{"$cmd":"push","uid":"a"}""", false)]
    [InlineData("""{"$cmd":"broadcast"}""", false)]
    [InlineData("""{"$cmd":"broadcast","data":1,"except":true}""", false)]
    [InlineData("""{"$cmd":"broadcast","data":1,"except":["a",2]}""", true)]
    [InlineData("""{"$cmd":"broadcast","data":1,"except":[ ]}""", true)]
    [InlineData("""{"$cmd":"broadcast","data":1,"except":null}""", true)]
    [InlineData("""{"$cmd":"broadcast","data":1,"except":[null]}""", false)]
    [InlineData("""{"$cmd":"kick","uid":"a","reason":"go"}""", true)]
    [InlineData("""{"$cmd":"kick","uid":"a","reason":1}""", false)]
    [InlineData("""{"$cmd":"kick","uid":"a","reason":"\ud800"}""", false)]
    [InlineData("""{"$cmd":"online","uid":["a"]}""", true)]
    [InlineData("""{"$cmd":"count"}""", true)]
    [InlineData("""{"$cmd":"count","group":"g"}""", true)]
    [InlineData("""{"$cmd":"count","group":[]}""", false)]
    [InlineData("""{"$cmd":"ping"}""", true)]
    [InlineData("""{"$cmd":"quiet"}""", true)]
    [InlineData("""{"$cmd":"pushline","uid":"a"}""", false)]
    [InlineData("""{"$cmd":"PING"}""", false)]
    [InlineData("""{"$cmd":1,"uid":"a"}""", false)]
    [InlineData("""{"$cmd":null,"uid":"a"}""", false)]
    [InlineData("""{"$cmd":"ping","reply":"json"}""", true)]
    [InlineData("""{"$cmd":"ping","reply":"xml"}""", false)]
    public void TryParse_Commands_NeedTheirMembers(string line, bool valid) =>
        Parses(line).Should().Be(valid);

    [Theory]
    [InlineData(123, true)]
    [InlineData(124, false)]
    public void TryParse_AKickReason_FitsACloseFrame(int length, bool valid) =>
        Parses($$"""{"$cmd":"kick","uid":"a","reason":"{{new string('x', length)}}"}""")
            .Should()
            .Be(valid);

    [Fact]
    public void TryParse_ABadCommand_StillSaysHowToReply()
    {
        Parses("""{"$cmd":"push","reply":"json"}""").Should().BeFalse();
        command.ReplyAsJson.Should().BeTrue();
    }

    [Fact]
    public void TryParse_ReusesTheCommand_WithoutLeftovers()
    {
        Parses("""{"$cmd":"group","group":"g","except":"x","data":1,"reply":"json"}""");
        Parses("""{"uid":"a","reply":"json","group":"mine"}""").Should().BeTrue();

        (command.Groups.Count, command.Except.Count, command.ReplyAsJson)
            .Should()
            .Be((0, 0, false));
    }

    private bool Parses(string line) =>
        CommandParser.TryParse(Encoding.UTF8.GetBytes(line), command);

    private static string Names(NameList names) =>
        string.Join('|', Enumerable.Range(0, names.Count).Select(i => names[i].ToString()));
}
