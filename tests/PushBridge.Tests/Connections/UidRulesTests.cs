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
    public void IsValid_TextOrControl(string uid, bool valid) =>
        UidRules.IsValid(uid).Should().Be(valid);

    [Theory]
    [InlineData(256, 'a', true)]
    [InlineData(257, 'a', false)]
    [InlineData(128, 'ü', true)]
    [InlineData(129, 'ü', false)]
    [InlineData(85, '用', true)]
    [InlineData(86, '用', false)]
    public void IsValid_CountsBytesNotCharacters(int count, char character, bool valid) =>
        UidRules.IsValid(new string(character, count)).Should().Be(valid);
}
