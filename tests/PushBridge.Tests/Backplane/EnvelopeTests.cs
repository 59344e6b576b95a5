using PushBridge.Backplane;

namespace PushBridge.Tests.Backplane;

public sealed class EnvelopeTests
{
    private static readonly Guid Node = Guid.NewGuid();

    [Fact]
    public void Open_WhatWasSealed_IsTheSame()
    {
        byte[] sealedBytes = Envelope.Seal(EnvelopeKind.Command, Node, 17, "body"u8);

        Envelope.TryOpen(sealedBytes, out Envelope envelope).Should().BeTrue();

        (envelope.Kind, envelope.Sender, envelope.Request)
            .Should()
            .Be((EnvelopeKind.Command, Node, 17UL));
        envelope.Body.ToArray().Should().Equal("body"u8.ToArray());
    }

    [Theory]
    [InlineData(0, 'X')]
    [InlineData(1, 'b')]
    [InlineData(2, 2)]
    [InlineData(3, 0)]
    [InlineData(3, 6)]
    public void Open_AnotherMagicVersionOrKind_IsRefused(int at, int value)
    {
        byte[] bytes = Envelope.Seal(EnvelopeKind.Hello, Node, 0, default);
        bytes[at] = (byte)value;

        Envelope.TryOpen(bytes, out _).Should().BeFalse();
        Envelope.TryOpen(bytes.AsSpan(0, Envelope.HeaderLength - 1), out _).Should().BeFalse();
    }

    [Fact]
    public void Answers_AreReadAsWritten_UntilSomethingElseComes()
    {
        List<byte> bytes = [];
        Answers.Write(1, new NodeReply(2, 3, 4), bytes);
        Answers.Write(5, new NodeReply(6, Online: [7, 0, 8]), bytes);
        bytes.AddRange([1, 2, 3]);
        ReadOnlySpan<byte> rest = bytes.ToArray();

        Answers.TryRead(ref rest, out ulong first, out NodeReply one).Should().BeTrue();
        Answers.TryRead(ref rest, out ulong second, out NodeReply two).Should().BeTrue();
        Answers.TryRead(ref rest, out _, out _).Should().BeFalse();

        (first, one).Should().Be((1UL, new NodeReply(2, 3, 4)));
        (second, two.Connections).Should().Be((5UL, 6));
        two.Online.Should().Equal(7, 0, 8);
        rest.Length.Should().Be(3);
    }
}
