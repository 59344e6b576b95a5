using System.Text;
using PushBridge.Commands;

namespace PushBridge.Tests.Commands;

public sealed class CommandIdTests
{
    private readonly Command command = new();

    [Theory]
    [InlineData("""{"$cmd":"push","uid":"a","data":1,"id":"x"}""", "x")]
    [InlineData("""{"id":"\u0078","$cmd":"broadcast","data":1}""", "x")]
    [InlineData("""{"$cmd":"group","group":"g","data":1,"id":"x"}""", "x")]
    [InlineData("""{"$cmd":"join","uid":"a","group":"g","id":"x"}""", "x")]
    [InlineData("""{"$cmd":"leave","uid":"a","group":"g","id":"x"}""", "x")]
    [InlineData("""{"$cmd":"kick","uid":"a","id":"x"}""", "x")]
    [InlineData("""{"$cmd":"kick","uid":"a","id":"\u0000 any text"}""", "\0 any text")]
    [InlineData("""{"$cmd":"kick","uid":"a"}""", null)]
    public void TryParse_AnId_IsRead(string line, string? id)
    {
        Parses(line).Should().BeTrue();
        command.Id.Should().Be(id);
    }

    [Theory]
    [InlineData("""{"uid":"a","id":1}""")]
    [InlineData("""{"uid":"a","id":""}""")]
    [InlineData("""{"uid":"a","id":"x"}""")]
    [InlineData("""{"$cmd":"ping","id":1}""")]
    [InlineData("""{"$cmd":"online","uid":"a","id":1}""")]
    [InlineData("""{"$cmd":"count","id":"x"}""")]
    public void TryParse_AnIdWhereItMeansNothing_IsLeftAlone(string line)
    {
        Parses(line).Should().BeTrue();
        command.Id.Should().BeNull();
    }

    [Theory]
    [InlineData("1")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("[\"x\"]")]
    [InlineData("{}")]
    [InlineData("\"\"")]
    [InlineData("\"\\ud800\"")]
    public void TryParse_AnIdThatIsNone_IsFalse(string id) =>
        Parses($$"""{"$cmd":"push","uid":"a","data":1,"id":{{id}}}""").Should().BeFalse();

    [Theory]
    [InlineData("x", 64, true)]
    [InlineData("x", 65, false)]
    [InlineData("ü", 32, true)]
    [InlineData("ü", 33, false)]
    public void TryParse_AnId_HasUpTo64Bytes(string letter, int count, bool valid)
    {
        string id = string.Concat(Enumerable.Repeat(letter, count));

        Parses($$"""{"$cmd":"kick","uid":"a","id":"{{id}}"}""").Should().Be(valid);
    }

    [Fact]
    public void TryParse_TheNextCommand_HasNoId()
    {
        Parses("""{"$cmd":"kick","uid":"a","id":"x"}""");
        Parses("""{"$cmd":"kick","uid":"a"}""").Should().BeTrue();

        command.Id.Should().BeNull();
    }

    private bool Parses(string line) =>
        CommandParser.TryParse(Encoding.UTF8.GetBytes(line), command);
}
