using PushBridge.Server.CommandLine;

namespace PushBridge.FunctionalTests.CommandLine;

/// <summary>Numbers and tables for people.</summary>
public sealed class FiguresTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1_500, "1.5 kB")]
    [InlineData(97_600_000, "97.6 MB")]
    [InlineData(5_000_000_000_000, "5000 GB")]
    public void Bytes(double bytes, string text) => Figures.Bytes(bytes).Should().Be(text);

    [Theory]
    [InlineData(0.04, "0 s")]
    [InlineData(59.5, "59.5 s")]
    [InlineData(61, "1 m 1 s")]
    [InlineData(3_660, "1 h 1 m")]
    [InlineData(90_000, "1 d 1 h")]
    public void Times(double seconds, string text) => Figures.Time(seconds).Should().Be(text);

    [Fact]
    public void Columns_are_as_wide_as_their_widest_cell_and_numbers_stand_to_the_right()
    {
        TextTable table = new("NAME", "COUNT");
        table.Add("a", "1");
        table.Add("longer", "1,000");
        using StringWriter output = new() { NewLine = "\n" };

        table.Write(output);

        output.ToString().Should().Be("NAME    COUNT\na           1\nlonger  1,000\n");
    }
}
