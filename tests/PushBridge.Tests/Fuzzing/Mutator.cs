using System.Text;

namespace PushBridge.Tests.Fuzzing;

/// <summary>Good inputs, spoiled in the ways that find faults: bits, bytes with a meaning, pieces lost, repeated or swapped.</summary>
internal sealed class Mutator(byte[][] seeds)
{
    private static readonly byte[] Telling =
    [
        .. "\0\t\n\r \"\\/{}[]:,.+-eE0189utrfnaA\u007F"u8,
        0x80,
        0x81,
        0xBF,
        0xC0,
        0xC3,
        0xED,
        0xF0,
        0xF8,
        0xFE,
        0xFF,
    ];

    internal Mutator(params string[] seeds)
        : this([.. seeds.Select(Encoding.UTF8.GetBytes)]) { }

    internal byte[] Next(Random random)
    {
        List<byte> bytes = [.. seeds[random.Next(seeds.Length)]];
        // One in eight stays as it is: what is good must stay good beside what is not.
        for (int i = random.Next(8); i > 0; i = random.Next(i))
        {
            Mutate(bytes, random);
        }

        return [.. bytes];
    }

    /// <summary>Cuts as a network might: often single bytes, sometimes all at once.</summary>
    internal static int Chunk(Random random, int rest) =>
        Math.Min(
            rest,
            random.Next(4) switch
            {
                0 => 1,
                1 => random.Next(1, 8),
                2 => random.Next(1, 200),
                _ => rest,
            }
        );

    private void Mutate(List<byte> bytes, Random random)
    {
        int at = random.Next(bytes.Count + 1);
        int length = random.Next(Math.Min(16, bytes.Count - at) + 1);
        switch (random.Next(8))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = Telling[random.Next(Telling.Length)];
                break;
            case 2:
                bytes.Insert(at, Telling[random.Next(Telling.Length)]);
                break;
            case 3:
                bytes.RemoveRange(at, length);
                break;
            case 4:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 5:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 6:
                byte[] other = seeds[random.Next(seeds.Length)];
                bytes.InsertRange(at, other.AsSpan(random.Next(other.Length + 1)).ToArray());
                break;
            default:
                bytes.Reverse(at, length);
                break;
        }
    }
}
