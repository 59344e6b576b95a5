namespace PushBridge.Server.CommandLine;

/// <summary>An argument as it is typed into a shell: whatever it holds, it arrives as it is.</summary>
internal static class ShellWord
{
    private const string Plain = "_./-+:@%,=";

    public static string Of(string argument) =>
        argument.Length > 0 && argument.All(IsPlain) ? argument
        : OperatingSystem.IsWindows() ? $"\"{argument}\""
        : $"'{argument.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    private static bool IsPlain(char character) =>
        char.IsLetterOrDigit(character)
        || Plain.Contains(character, StringComparison.Ordinal)
        || (character == '\\' && OperatingSystem.IsWindows());
}
