namespace PushBridge.Hosting.Options;

/// <summary>How listeners are called. The three that every server has keep their names for themselves; case does not matter, as in all keys.</summary>
internal static class ListenerName
{
    public const string Clients = "clients";
    public const string Text = "text";
    public const string Http = "http";

    public const string Rule =
        "a name has 1 to 64 of the characters a-z, A-Z, 0-9, '-', '_' and '.'";

    private const int MaxLength = 64;

    /// <summary>Names compare like configuration keys.</summary>
    public static StringComparer Comparer => StringComparer.OrdinalIgnoreCase;

    public static bool IsReserved(string name) =>
        Comparer.Equals(name, Clients)
        || Comparer.Equals(name, Text)
        || Comparer.Equals(name, Http);

    /// <summary>What is wrong with the name; null for a good one.</summary>
    public static string? ProblemOf(string name) =>
        IsReserved(name)
            ? $"{name} is one of the three that the server starts with; choose another name"
        : name.Length is 0 or > MaxLength || !name.All(IsGood) ? Rule
        : null;

    private static bool IsGood(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.';
}
