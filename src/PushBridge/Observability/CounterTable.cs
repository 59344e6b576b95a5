using System.Diagnostics.Metrics;

namespace PushBridge.Observability;

/// <summary>
/// A counter for every pair of two labels' values. All of them exist from the start, so that counting is one interlocked addition
/// and a rate over a counter misses nothing of its first event.
/// </summary>
internal sealed class CounterTable(
    string? rowLabel,
    IReadOnlyList<string> rows,
    string columnLabel,
    IReadOnlyList<string> columns
)
{
    private readonly long[] cells = new long[rows.Count * columns.Count];

    /// <summary>A single row, without a label of its own.</summary>
    public CounterTable(string columnLabel, IReadOnlyList<string> columns)
        : this(null, [""], columnLabel, columns) { }

    public IReadOnlyList<string> Rows => rows;

    public IReadOnlyList<string> Columns => columns;

    public long this[int row, int column] => Interlocked.Read(ref cells[IndexOf(row, column)]);

    public void Add(int row, int column, long count = 1) =>
        Interlocked.Add(ref cells[IndexOf(row, column)], count);

    public IEnumerable<Measurement<long>> Read()
    {
        for (int row = 0; row < rows.Count; row++)
        {
            for (int column = 0; column < columns.Count; column++)
            {
                KeyValuePair<string, object?> label = new(columnLabel, columns[column]);
                yield return rowLabel is null
                    ? new Measurement<long>(this[row, column], label)
                    : new Measurement<long>(this[row, column], new(rowLabel, rows[row]), label);
            }
        }
    }

    private int IndexOf(int row, int column) => (row * columns.Count) + column;
}
