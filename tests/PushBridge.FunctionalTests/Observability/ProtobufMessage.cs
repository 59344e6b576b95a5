using System.Buffers.Binary;
using System.Text;

namespace PushBridge.FunctionalTests.Observability;

/// <summary>A message in the protobuf encoding, by field number: enough to read what an exporter sends without its schema's code.</summary>
internal sealed class ProtobufMessage
{
    private readonly List<(int Field, ulong Number, byte[] Bytes)> fields = [];

    public ProtobufMessage(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            ulong key = Varint(ref bytes);
            int field = (int)(key >> 3);
            switch (key & 7)
            {
                case 0:
                    fields.Add((field, Varint(ref bytes), []));
                    break;
                case 1:
                    fields.Add((field, BinaryPrimitives.ReadUInt64LittleEndian(bytes), []));
                    bytes = bytes[8..];
                    break;
                case 2:
                    int length = (int)Varint(ref bytes);
                    fields.Add((field, 0, bytes[..length].ToArray()));
                    bytes = bytes[length..];
                    break;
                case 5:
                    fields.Add((field, BinaryPrimitives.ReadUInt32LittleEndian(bytes), []));
                    bytes = bytes[4..];
                    break;
                default:
                    throw new FormatException($"Not protobuf: the wire type of field {field}.");
            }
        }
    }

    /// <summary>The messages in a field, in every message that the path leads to.</summary>
    public IEnumerable<ProtobufMessage> All(int field, params int[] path)
    {
        IEnumerable<ProtobufMessage> messages = fields
            .Where(entry => entry.Field == field)
            .Select(entry => new ProtobufMessage(entry.Bytes));
        return path.Length == 0
            ? messages
            : messages.SelectMany(message => message.All(path[0], path[1..]));
    }

    public string Text(int field) => Encoding.UTF8.GetString(Bytes(field));

    public string Hex(int field) => Convert.ToHexStringLower(Bytes(field));

    /// <summary>An integer; 0 when it is not there.</summary>
    public ulong Number(int field) => fields.LastOrDefault(entry => entry.Field == field).Number;

    public bool Has(int field) => fields.Exists(entry => entry.Field == field);

    private byte[] Bytes(int field) =>
        fields.LastOrDefault(entry => entry.Field == field).Bytes ?? [];

    private static ulong Varint(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = bytes[0];
            bytes = bytes[1..];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
