using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PushBridge.Backends.Text;

namespace PushBridge.Tests.Backends.Text;

public sealed class LineSplitterTests
{
    private const int MaxLine = 12;

    [Fact]
    public void TryRead_AnyChunkingOfAnyBytes_GivesWhatANaiveSplitterGives()
    {
        Gen<byte> bytes = Gen.Elements<byte>((byte)'a', (byte)'b', (byte)'\r', (byte)'\n', 0, 0xFF);
        Gen<(byte[] Stream, int[] Cuts)> cases =
            from stream in bytes.ArrayOf()
            from cuts in Gen.Choose(1, 7).ArrayOf()
            select (stream, cuts);

        Prop.ForAll(
                cases.ToArbitrary(),
                sample => Chunked(sample.Stream, sample.Cuts).SequenceEqual(Naive(sample.Stream))
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));
    }

    [Fact]
    public void TryRead_ALineInOneByteChunks_LooksAtEachByteOnce()
    {
        // A quadratic splitter needs minutes for this.
        byte[] line = [.. Enumerable.Repeat((byte)'x', 1_000_000), (byte)'\n'];
        LineSplitter splitter = new(line.Length);
        int lines = 0;
        for (int length = 1; length <= line.Length; length++)
        {
            ReadOnlySpan<byte> buffer = line.AsSpan(0, length);
            lines += splitter.TryRead(ref buffer, out _) == LineStatus.Line ? 1 : 0;
        }
        lines.Should().Be(1);
    }

    private static List<string> Naive(byte[] stream)
    {
        List<string> lines = [];
        string text = Encoding.Latin1.GetString(stream);
        string[] parts = text.Split('\n');
        foreach ((int index, string part) in parts.Index())
        {
            bool isTail = index == parts.Length - 1;
            string line = isTail ? part : part.TrimEnd('\r');
            if (part.Length > MaxLine + 1 || (!isTail && line.Length > MaxLine))
            {
                lines.Add("too long");
                break;
            }
            if (!isTail)
            {
                lines.Add(line);
            }
        }
        return lines;
    }

    private static List<string> Chunked(byte[] stream, int[] cuts)
    {
        List<string> lines = [];
        LineSplitter splitter = new(MaxLine);
        int start = 0;
        int end = 0;
        for (int cut = 0; end < stream.Length; cut++)
        {
            end = Math.Min(stream.Length, end + (cuts.Length == 0 ? 1 : cuts[cut % cuts.Length]));
            ReadOnlySpan<byte> buffer = stream.AsSpan(start..end);
            LineStatus status;
            while (
                (status = splitter.TryRead(ref buffer, out ReadOnlySpan<byte> line))
                == LineStatus.Line
            )
            {
                lines.Add(Encoding.Latin1.GetString(line));
            }
            if (status == LineStatus.TooLong)
            {
                lines.Add("too long");
                return lines;
            }
            start = end - buffer.Length;
        }
        return lines;
    }
}
