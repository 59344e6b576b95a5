using System.Buffers;
using System.Text;
using PushBridge.Commands;

namespace PushBridge.Tests.Commands;

public sealed class NodeEnvelopeTests
{
    [Theory]
    [InlineData("""{"uid":"a","percent":"88%"}""")]
    [InlineData("""{"uid":["é 你 😀","b",3],"x":1}""")]
    [InlineData("""{"$cmd":"broadcast","data":{"a":[ ]},"except":["x","y"]}""")]
    [InlineData("""{"$cmd":"group","group":["g","h"],"data":null,"except":"x"}""")]
    [InlineData("""{"$cmd":"kick","uid":"a","reason":"moved \"é\""}""")]
    [InlineData("""{"$cmd":"join","uid":"a","group":"g","id":"i"}""")]
    public void Read_WhatWasWritten_IsTheSameCommand(string line)
    {
        Command written = Parse(line);
        ArrayBufferWriter<byte> output = new();
        byte[] payload = Encoding.UTF8.GetBytes(line)[written.Payload];
        UInt128? id = written.Id is null ? null : AnsweredIds.KeyOf(written);
        NodeEnvelope.Write(written, .., payload, id, output);

        Command read = new();
        NodeEnvelope.TryRead(output.WrittenSpan, read, out UInt128? readId).Should().BeTrue();

        Names(read).Should().Equal(Names(written));
        (read.Kind, read.Reason, readId).Should().Be((written.Kind, written.Reason, id));
        output.WrittenSpan[read.Payload].ToArray().Should().Equal(payload);
    }

    [Fact]
    public void Write_OneOfSeveralUids_NamesThatOneOnly()
    {
        Command written = Parse("""{"uid":["a","b","c"]}""");
        ArrayBufferWriter<byte> output = new();
        NodeEnvelope.Write(written, 1..2, "1"u8, null, output);
        Command read = new();

        NodeEnvelope.TryRead(output.WrittenSpan, read, out _).Should().BeTrue();

        Names(read).Should().Equal("uid b");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Read_Noise_NeverThrows(int seed)
    {
        Random random = new(seed);
        Command command = new();
        ArrayBufferWriter<byte> output = new();
        Command written = Parse("""{"$cmd":"group","group":["g","h"],"data":1,"except":"x"}""");
        NodeEnvelope.Write(written, .., "1"u8, 3, output);
        for (int i = 0; i < 50_000; i++)
        {
            byte[] noise = output.WrittenSpan.ToArray();
            for (int flips = random.Next(1, 4); flips > 0; flips--)
            {
                noise[random.Next(noise.Length)] = (byte)random.Next(256);
            }
            NodeEnvelope.TryRead(noise.AsSpan(0, random.Next(noise.Length + 1)), command, out _);
        }

        NodeEnvelope.TryRead(output.WrittenSpan, command, out _).Should().BeTrue();
    }

    private static List<string> Names(Command command)
    {
        List<string> names = [];
        for (int i = 0; i < command.Uids.Count; i++)
        {
            names.Add($"uid {command.Uids[i]}");
        }
        for (int i = 0; i < command.Groups.Count; i++)
        {
            names.Add($"group {command.Groups[i]}");
        }
        for (int i = 0; i < command.Except.Count; i++)
        {
            names.Add($"except {command.Except[i]}");
        }
        return names;
    }

    private static Command Parse(string line)
    {
        Command command = new();
        CommandParser.TryParse(Encoding.UTF8.GetBytes(line), command).Should().BeTrue();
        return command;
    }
}
