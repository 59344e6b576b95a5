using System.ComponentModel;
using System.Globalization;

namespace PushBridge.Hosting.Keys;

/// <summary>
/// Holds a configuration against what may stand in it, wherever its keys come from: keys that nobody reads, which are misspelt more often
/// than not, and values that are no such thing as their key needs. What the values mean is the options' own affair.
/// </summary>
internal static class ConfigurationCheck
{
    public static IEnumerable<SettingProblem> Problems(
        Setting setting,
        IConfigurationSection section,
        Setting root
    ) =>
        setting.Kind switch
        {
            SettingKind.Value => OfValue(setting, section),
            SettingKind.List => OfList(setting, section, root),
            SettingKind.Dictionary => OfDictionary(setting, section, root),
            _ => OfSection(setting, section, root),
        };

    /// <summary>The keys of an area's own values that no value can be made of.</summary>
    public static IEnumerable<string> Unreadable(Setting setting, IConfigurationSection section) =>
        Problems(setting, section, setting)
            .Where(problem => problem.IsUnreadable)
            .Select(problem => problem.Path);

    private static IEnumerable<SettingProblem> OfSection(
        Setting setting,
        IConfigurationSection section,
        Setting root
    )
    {
        if (!string.IsNullOrEmpty(section.Value))
        {
            yield return Unreadable(
                section,
                $"is a section and has no value of its own; it holds {string.Join(", ", setting.Members.Keys.Take(3))} and so on"
            );
        }
        foreach (IConfigurationSection child in section.GetChildren())
        {
            if (!setting.Members.TryGetValue(child.Key, out Setting? member))
            {
                yield return Unknown(setting, section, child, root);
                continue;
            }
            foreach (SettingProblem problem in Problems(member, child, root))
            {
                yield return problem;
            }
        }
    }

    private static IEnumerable<SettingProblem> OfList(
        Setting setting,
        IConfigurationSection section,
        Setting root
    )
    {
        // An empty value is an empty list.
        if (!string.IsNullOrEmpty(section.Value))
        {
            yield return Unreadable(
                section,
                $"is a list; its first entry is {ConfigurationPath.Combine(section.Path, "0")}"
            );
        }
        foreach (IConfigurationSection child in section.GetChildren())
        {
            if (!uint.TryParse(child.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                yield return Unreadable(
                    child,
                    $"is no number, as the entries of a list have; its first one is {ConfigurationPath.Combine(section.Path, "0")}"
                );
                continue;
            }
            foreach (SettingProblem problem in Problems(setting.Entry!, child, root))
            {
                yield return problem;
            }
        }
    }

    private static IEnumerable<SettingProblem> OfDictionary(
        Setting setting,
        IConfigurationSection section,
        Setting root
    )
    {
        IEnumerable<SettingProblem> entries = section
            .GetChildren()
            .SelectMany(child => Problems(setting.Entry!, child, root));
        return string.IsNullOrEmpty(section.Value)
            ? entries
            : entries.Prepend(
                Unreadable(section, "holds entries by name and has no value of its own")
            );
    }

    private static IEnumerable<SettingProblem> OfValue(
        Setting setting,
        IConfigurationSection section
    )
    {
        if (section.GetChildren().Any())
        {
            yield return Unreadable(section, "is a single value, neither a section nor a list");
        }
        else if (!IsReadable(setting.Type, section.Value))
        {
            yield return Unreadable(section, $"'{section.Value}' is not {Expected(setting.Type)}");
        }
    }

    private static bool IsReadable(Type type, string? value)
    {
        if (value is null || type == typeof(string))
        {
            return true;
        }
        try
        {
            object? made = TypeDescriptor.GetConverter(type).ConvertFromInvariantString(value);
            return !type.IsEnum || (made is not null && Enum.IsDefined(type, made));
        }
        catch (Exception exception)
            when (exception
                    is FormatException
                        or ArgumentException
                        or OverflowException
                        or NotSupportedException
            )
        {
            return false;
        }
    }

    private static string Expected(Type type) =>
        type == typeof(bool) ? "true or false"
        : type == typeof(TimeSpan)
            ? "a length of time, which is written hours:minutes:seconds, such as 00:00:10"
        : type.IsEnum
            ? $"one of {string.Join(", ", Enum.GetNames(type).Select(name => name.ToLowerInvariant()))}"
        : type == typeof(int) || type == typeof(long) ? "a whole number, or too large a one"
        : "what this key needs";

    private static SettingProblem Unknown(
        Setting setting,
        IConfigurationSection section,
        IConfigurationSection child,
        Setting root
    )
    {
        string[] meant = Spelling.Nearest(setting, section.Path, child.Key, root);
        string question = meant.Length == 0 ? "" : $"; did you mean {string.Join(" or ", meant)}?";
        return new SettingProblem(child.Path, $"there is no such option{question}", false);
    }

    private static SettingProblem Unreadable(IConfigurationSection section, string text) =>
        new(section.Path, text, true);
}
