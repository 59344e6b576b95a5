using System.Text;
using PushBridge.Connections;

namespace PushBridge.Tests.Connections;

public sealed class UidRulesTests
{
    [Theory]
    [InlineData("uid1", true)]
    [InlineData(" untrimmed ", true)]
    [InlineData("0", true)]
    [InlineData("用户", true)]
    [InlineData("😀", true)]
    [InlineData("", false)]
    [InlineData("a\u0000", false)]
    [InlineData("a\n", false)]
    [InlineData("\u007f", false)]
    [InlineData("\u0085", false)]
    public void TryDecode_TextOrControl(string uid, bool valid)
    {
        UidRules.TryDecode(Encoding.UTF8.GetBytes(uid), out string decoded).Should().Be(valid);
        UidRules.IsValid(uid).Should().Be(valid);
        decoded.Should().Be(valid ? uid : "");
    }

    [Theory]
    [InlineData(256, 'a', true)]
    [InlineData(257, 'a', false)]
    [InlineData(128, 'ü', true)]
    [InlineData(129, 'ü', false)]
    [InlineData(85, '用', true)]
    [InlineData(86, '用', false)]
    public void TryDecode_CountsBytesNotCharacters(int count, char character, bool valid)
    {
        string uid = new(character, count);

        UidRules.TryDecode(Encoding.UTF8.GetBytes(uid), out _).Should().Be(valid);
        UidRules.IsValid(uid).Should().Be(valid);
    }

    [Theory]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xC0, 0x80 })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { (byte)'a', 0xE2, 0x82 })]
    public void TryDecode_InvalidUtf8_IsRefused(byte[] bytes) =>
        UidRules.TryDecode(bytes, out _).Should().BeFalse();
}
