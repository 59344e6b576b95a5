using System.ComponentModel.DataAnnotations;

namespace PushBridge.Hosting.Options;

/// <summary>Rules that hold for each entry of a list.</summary>
internal static class EntryRules
{
    /// <summary>One for each entry that breaks the rule, with its place.</summary>
    public static IEnumerable<ValidationResult> Problems(
        string option,
        IEnumerable<string?> entries,
        Func<string, bool> isGood,
        string rule
    ) =>
        entries
            .Index()
            .Where(entry => !isGood(entry.Item ?? ""))
            .Select(entry => new ValidationResult(
                $"'{entry.Item}' {rule}",
                [$"{option}:{entry.Index}"]
            ));
}
