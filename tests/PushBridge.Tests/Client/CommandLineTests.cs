using System.Text;
using PushBridge.Client;
using PushBridge.Client.Commands;
using PushBridge.Commands;

namespace PushBridge.Tests.Client;

public sealed class CommandLineTests
{
    private const string Before = """{"$cmd":"push","reply":"json","uid":""";

    [Fact]
    public void Push_OneName_IsTheLineOfTheProtocol() =>
        Push("uid1", """{"percent":"88%"}""")
            .Should()
            .Be(Before + "\"uid1\",\"data\":{\"percent\":\"88%\"}}\n");

    [Fact]
    public void Push_List_IsAnArrayEvenOfOne() =>
        Push(["a"], "1").Should().Be(Before + """["a"],"data":1}""" + "\n");

    [Theory]
    [InlineData("quote \" and \\")]
    [InlineData("你好 𝄞 é")]
    [InlineData("</script>")]
    public void Push_NameOfAnyCharacters_IsReadAsTheSameNameByTheServer(string name)
    {
        byte[] line = Encoding.UTF8.GetBytes(Push([name, "b"], "1"));
        Command command = new();

        CommandParser.TryParse(line.AsSpan(..^1), command).Should().BeTrue();

        command.Uids[0].ToString().Should().Be(name);
        command.Uids[1].ToString().Should().Be("b");
        command.ReplyAsJson.Should().BeTrue();
    }

    [Fact]
    public void With_ControlCharacterInAReason_IsEscaped()
    {
        LineBuffer line = new(kept: 256);
        CommandLine.Begin(line, "kick"u8).With("reason"u8, "a\n\u0001b").End(maxBytes: 256);

        Encoding
            .UTF8.GetString(line.Span)
            .Should()
            .Be("""{"$cmd":"kick","reply":"json","reason":"a\u000a\u0001b"}""" + "\n");
    }

    [Theory]
    [InlineData("{\r\n  \"a\": [1,\n2]\n}", "{    \"a\": [1, 2] }")]
    [InlineData("\n1\n", " 1 ")]
    [InlineData("{\t\"a\":\"\\n\"}", "{\t\"a\":\"\\n\"}")]
    public void WithData_LineBreaksBetweenTokens_BecomeSpaces(string json, string sent) =>
        Push("a", json).Should().Be(Before + "\"a\",\"data\":" + sent + "}\n");

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("{")]
    [InlineData("{\"a\":1,}")]
    [InlineData("1 2")]
    [InlineData("1}\n{\"$cmd\":\"broadcast\",\"data\":1")]
    [InlineData("\"a\nb\"")]
    [InlineData("nul")]
    [InlineData("// c\n1")]
    [InlineData("\uFEFF1")]
    public void WithData_NotOneJsonValue_IsRefused(string json) =>
        Refused(Encoding.UTF8.GetBytes(json)).WithMessage("The payload is not one JSON value*");

    [Fact]
    public void WithData_MalformedUtf8_IsRefused() =>
        Refused([(byte)'"', 0xC3, (byte)'"']).WithMessage("The payload is not valid UTF-8*");

    [Fact]
    public void WithData_DepthTheServerWouldRefuse_IsRefused()
    {
        string deepest = new string('[', 63) + new string(']', 63);

        string line = Push("a", deepest);

        CommandParser
            .TryParse(Encoding.UTF8.GetBytes(line).AsSpan(..^1), new Command())
            .Should()
            .BeTrue();
        Refused(Encoding.UTF8.GetBytes($"[{deepest}]"));
    }

    [Fact]
    public void End_LineOverTheLimit_IsRefusedAndOneAtTheLimitIsNot()
    {
        int length = Push("a", "1").Length - 1;

        Push("a", "1", maxBytes: length).Should().NotBeEmpty();
        ((Action)(() => Push("a", "1", maxBytes: length - 1)))
            .Should()
            .Throw<ArgumentException>()
            .WithMessage($"The command has {length} bytes and may have {length - 1}*");
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\n")]
    [InlineData("a\u0085")]
    public void CheckName_WhatTheServerRefuses_Throws(string name) =>
        ((Action)(() => Arguments.CheckName(name)))
            .Should()
            .Throw<ArgumentException>()
            .WithParameterName(nameof(name));

    [Fact]
    public void CheckName_HalfASurrogatePair_Throws() =>
        // An attribute could not hold it: metadata is UTF-8.
        CheckName_WhatTheServerRefuses_Throws("a\ud800");

    [Theory]
    [InlineData(256, "a", true)]
    [InlineData(257, "a", false)]
    [InlineData(128, "é", true)]
    [InlineData(129, "é", false)]
    public void CheckName_Length_IsCountedInBytes(int count, string character, bool valid)
    {
        Action check = () =>
            Arguments.CheckName(string.Concat(Enumerable.Repeat(character, count)));

        if (valid)
        {
            check.Should().NotThrow();
        }
        else
        {
            check.Should().Throw<ArgumentException>();
        }
    }

    [Fact]
    public void CheckNames_NoneOrNull_Throws()
    {
        ((Action)(() => Arguments.CheckNames(default))).Should().Throw<ArgumentException>();
        ((Action)(() => Arguments.CheckNames((string[])[]))).Should().Throw<ArgumentException>();
        ((Action)(() => Arguments.CheckNames(["a", null!])))
            .Should()
            .Throw<ArgumentNullException>();
    }

    [Fact]
    public void CheckIdAndReason_TooLong_Throw()
    {
        Arguments.CheckId(new string('i', 64));
        Arguments.CheckReason(new string('r', 123));

        ((Action)(() => Arguments.CheckId(new string('i', 65))))
            .Should()
            .Throw<ArgumentException>();
        ((Action)(() => Arguments.CheckId(""))).Should().Throw<ArgumentException>();
        ((Action)(() => Arguments.CheckReason(new string('r', 124))))
            .Should()
            .Throw<ArgumentException>();
    }

    private static FluentAssertions.Specialized.ExceptionAssertions<ArgumentException> Refused(
        byte[] json
    ) =>
        ((Action)(() => CommandLine.Begin(new LineBuffer(kept: 256), "push"u8).WithData(json)))
            .Should()
            .Throw<ArgumentException>();

    private static string Push(Names uids, string json, int maxBytes = 1024)
    {
        LineBuffer line = new(kept: 256);
        CommandLine
            .Begin(line, "push"u8)
            .With("uid"u8, uids)
            .WithData(Encoding.UTF8.GetBytes(json))
            .End(maxBytes);
        return Encoding.UTF8.GetString(line.Span);
    }
}
