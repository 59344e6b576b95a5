namespace PushBridge.Server.CommandLine;

/// <summary>Rows for people: columns as wide as their widest cell, numbers to the right.</summary>
internal sealed class TextTable(params string[] head)
{
    private const string Gap = "  ";

    private readonly List<string[]> rows = [head];

    public void Add(params string[] row) => rows.Add(row);

    public void Write(TextWriter output)
    {
        int[] widths =
        [
            .. Enumerable.Range(0, head.Length).Select(at => rows.Max(row => row[at].Length)),
        ];
        bool[] areNumbers =
        [
            .. Enumerable
                .Range(0, head.Length)
                .Select(at => rows.Count > 1 && rows.Skip(1).All(row => IsNumber(row[at]))),
        ];
        foreach (string[] row in rows)
        {
            IEnumerable<string> cells = row.Select(
                (cell, at) => areNumbers[at] ? cell.PadLeft(widths[at]) : cell.PadRight(widths[at])
            );
            output.WriteLine(string.Join(Gap, cells).TrimEnd());
        }
    }

    private static bool IsNumber(string cell) => cell.Length > 0 && char.IsAsciiDigit(cell[0]);
}
