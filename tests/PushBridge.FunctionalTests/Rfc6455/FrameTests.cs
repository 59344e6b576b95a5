using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Rfc6455;

/// <summary>
/// The frames a client may and may not send, row by row, against the real server. Every row runs in one write, in odd
/// pieces and, where it is short, byte by byte: the answer must be the same.
/// </summary>
[Collection(nameof(OpenServer))]
public sealed class FrameTests(OpenServer server)
{
    /// <summary>Above it, single bytes would only cost time: odd pieces cut the same headers.</summary>
    private const int ByteByByteLimit = 1024;

    public static TheoryData<string, Chunking> Framing => Cases(FramingRows.All);
    public static TheoryData<string, Chunking> Fragmentation => Cases(FragmentationRows.All);
    public static TheoryData<string, Chunking> Control => Cases(ControlRows.All);
    public static TheoryData<string, Chunking> ReservedBits => Cases(ReservedRows.Bits);
    public static TheoryData<string, Chunking> ReservedOpcodes =>
        Cases(ReservedRows.ReservedOpcodes);
    public static TheoryData<string, Chunking> Utf8 => Cases(Utf8Rows.All);
    public static TheoryData<string, Chunking> Uid => Cases(UidRows.All);
    public static TheoryData<string, Chunking> Closing => Cases(CloseRows.All);
    public static TheoryData<string, Chunking> Limits => Cases(LimitRows.All);

    [Theory, MemberData(nameof(Framing))]
    public Task A_framing_row_holds(string row, Chunking chunking) =>
        HoldsAsync(FramingRows.All, row, chunking);

    [Theory, MemberData(nameof(Fragmentation))]
    public Task A_fragmentation_row_holds(string row, Chunking chunking) =>
        HoldsAsync(FragmentationRows.All, row, chunking);

    [Theory, MemberData(nameof(Control))]
    public Task A_control_frame_row_holds(string row, Chunking chunking) =>
        HoldsAsync(ControlRows.All, row, chunking);

    [Theory, MemberData(nameof(ReservedBits))]
    public Task A_reserved_bit_row_holds(string row, Chunking chunking) =>
        HoldsAsync(ReservedRows.Bits, row, chunking);

    [Theory, MemberData(nameof(ReservedOpcodes))]
    public Task A_reserved_opcode_row_holds(string row, Chunking chunking) =>
        HoldsAsync(ReservedRows.ReservedOpcodes, row, chunking);

    [Theory, MemberData(nameof(Utf8))]
    public Task A_UTF8_row_holds(string row, Chunking chunking) =>
        HoldsAsync(Utf8Rows.All, row, chunking);

    [Theory, MemberData(nameof(Uid))]
    public Task A_uid_row_holds(string row, Chunking chunking) =>
        HoldsAsync(UidRows.All, row, chunking);

    [Theory, MemberData(nameof(Closing))]
    public Task A_closing_row_holds(string row, Chunking chunking) =>
        HoldsAsync(CloseRows.All, row, chunking);

    [Theory, MemberData(nameof(Limits))]
    public Task A_limit_row_holds(string row, Chunking chunking) =>
        HoldsAsync(LimitRows.All, row, chunking);

    private static TheoryData<string, Chunking> Cases(IReadOnlyList<Row> rows)
    {
        var cases = new TheoryData<string, Chunking>();
        foreach (var row in rows)
        {
            cases.Add(row.Name, Chunking.Whole);
            cases.Add(row.Name, Chunking.OddPieces);
            if (row.Bytes.Length <= ByteByByteLimit)
            {
                cases.Add(row.Name, Chunking.ByteByByte);
            }
        }

        return cases;
    }

    private Task HoldsAsync(IReadOnlyList<Row> rows, string name, Chunking chunking) =>
        server.Rows.HoldsAsync(rows.Single(r => r.Name == name), chunking);
}
