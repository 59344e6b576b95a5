using System.Text;
using PushBridge.Commands;

namespace PushBridge.Tests.Commands;

public sealed class JsonPayloadTests
{
    [Theory]
    [InlineData("""{"x": 1.0}""", """{"x": 1.0}""")]
    [InlineData(" \t\r\n{\"x\":1} \n", "{\"x\":1}")]
    [InlineData(" 1.50 ", "1.50")]
    [InlineData("\"\\u00fc\"\n", "\"\\u00fc\"")]
    [InlineData("null", "null")]
    [InlineData("[]", "[]")]
    [InlineData("[[1],[2]]", "[[1],[2]]")]
    public void Find_OneValue_IsItsExactBytes(string body, string payload)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);

        JsonPayload.Find(bytes, out Range found).Should().Be(PayloadFault.None);

        Encoding.UTF8.GetString(bytes[found]).Should().Be(payload);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("{")]
    [InlineData("{}}")]
    [InlineData("1 2")]
    [InlineData("[1][2]")]
    [InlineData("{\"a\":1,}")]
    [InlineData("// comment\n1")]
    [InlineData("\"a\nb\"")]
    [InlineData("hello")]
    [InlineData("\ufeff1")]
    public void Find_AnythingElse_IsNotJson(string body) =>
        JsonPayload.Find(Encoding.UTF8.GetBytes(body), out _).Should().Be(PayloadFault.NotJson);

    [Fact]
    public void Find_InvalidUtf8_IsNotUtf8() =>
        JsonPayload.Find([.. "\""u8, 0xFF, .. "\""u8], out _).Should().Be(PayloadFault.NotUtf8);

    [Theory]
    [InlineData(64, 0)]
    [InlineData(65, 3)]
    [InlineData(66, 3)]
    [InlineData(100_000, 3)]
    public void Find_Depth_IsLimitedTo64(int depth, int fault)
    {
        Find(new string('[', depth) + new string(']', depth)).Should().Be((PayloadFault)fault);
        string objects = string.Concat(Enumerable.Repeat("{\"a\":", depth - 1));
        Find(objects + "{}" + new string('}', depth - 1)).Should().Be((PayloadFault)fault);
    }

    private static PayloadFault Find(string json) =>
        JsonPayload.Find(Encoding.UTF8.GetBytes(json), out _);
}
