using System.Buffers;
using BenchmarkDotNet.Attributes;
using PushBridge.Clients.RawWebSocket;
using PushBridge.Messages;

namespace PushBridge.Benchmarks.Micro;

/// <summary>Frames of the raw WebSocket: one built for a push, a burst of them read from a client.</summary>
public class FrameBenchmarks
{
    private const int Burst = 16;
    private const int MaxPayload = 64 * 1024;

    private byte[] payload = [];
    private ReadOnlySequence<byte> inbound;

    [Params(97, 964)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        payload = ParseBenchmarks.LineOf(Bytes);
        byte[] frame = Masked(payload);
        inbound = new ReadOnlySequence<byte>(
            Enumerable.Repeat(frame, Burst).SelectMany(bytes => bytes).ToArray()
        );
    }

    [Benchmark]
    public int Build() => Message.Text(payload, 0).Size;

    [Benchmark(OperationsPerInvoke = Burst)]
    public long Read()
    {
        ReadOnlySequence<byte> rest = inbound;
        long total = 0;
        while (FrameParser.TryRead(ref rest, MaxPayload, out ClientFrame frame, out _))
        {
            total += frame.Payload.Length;
        }
        return total;
    }

    private static byte[] Masked(ReadOnlySpan<byte> payload)
    {
        byte[] frame = ServerFrame.Build(Opcode.Text, payload);
        int header = frame.Length - payload.Length;
        byte[] mask = [1, 2, 3, 4];
        frame[1] |= 0x80;
        return
        [
            .. frame[..header],
            .. mask,
            .. frame[header..].Select((octet, i) => (byte)(octet ^ mask[i & 3])),
        ];
    }
}
