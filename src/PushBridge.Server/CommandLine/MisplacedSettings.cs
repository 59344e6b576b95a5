using System.Collections;
using System.Globalization;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;
using PushBridge.Hosting.Keys;
using PushBridge.Hosting.Options;

namespace PushBridge.Server.CommandLine;

/// <summary>
/// Finds what was meant as a setting and is read by nobody: whatever a file has at its root besides the section <c>PushBridge</c> and what the framework reads, a file of the operator's
/// without any settings, and variables of the environment with a section that is misspelt, or with one underscore where two are needed.
/// </summary>
internal sealed class MisplacedSettings(
    IConfiguration configuration,
    IEnumerable<OptionsArea> areas
) : IRootKeys
{
    private const char Underscore = '_';
    private const string Separator = "__";

    public IEnumerable<string> Problems()
    {
        Setting root = Setting.Of(areas);
        Setting ours = root.Members[ServerOptions.Section];
        IConfigurationProvider[] sources = [.. ((IConfigurationRoot)configuration).Providers];
        IDictionary environment = sources.OfType<EnvironmentVariablesConfigurationProvider>().Any()
            ? Environment.GetEnvironmentVariables()
            : new Hashtable();
        return
        [
            .. sources.OfType<JsonConfigurationProvider>().SelectMany(file => Problems(file, root)),
            .. environment
                .Keys.Cast<string>()
                .Select(variable => Problem(variable, ours))
                .OfType<string>()
                .Order(StringComparer.Ordinal),
        ];
    }

    private static string[] Problems(JsonConfigurationProvider file, Setting root)
    {
        string name = NameOf(file);
        string[] keys =
        [
            .. file.GetChildKeys([], parentPath: null).Distinct(StringComparer.OrdinalIgnoreCase),
        ];
        string[] strangers =
        [
            .. keys.Where(key => !root.Members.ContainsKey(key) && !FrameworkKeys.Contains(key)),
        ];
        if (strangers.Length > 0)
        {
            return
            [
                .. strangers.Select(key =>
                    $"{key}: nobody reads this in {name}; {Meant(key, root)}"
                ),
            ];
        }
        bool setsSomething =
            file is not WatchedJsonSource.Provider
            || file.GetChildKeys([], ServerOptions.Section).Any()
            || keys.Any(FrameworkKeys.Contains);
        return setsSomething ? []
            : keys.Length > 0 ? [$"{name}: the section {ServerOptions.Section} is empty"]
            : [$"{name} has no section {ServerOptions.Section}, which all settings belong below"];
    }

    private static string NameOf(JsonConfigurationProvider file) =>
        file.Source.FileProvider?.GetFileInfo(file.Source.Path!).PhysicalPath ?? file.Source.Path!;

    private static string Meant(string key, Setting root)
    {
        Setting ours = root.Members[ServerOptions.Section];
        string[] sections = ours.Members.ContainsKey(key)
            ? []
            : Spelling.Nearest([ServerOptions.Section, .. FrameworkKeys.Usual], key);
        string[] meant =
            sections.Length > 0
                ? sections
                : Spelling.Nearest(ours, ServerOptions.Section, key, root);
        return meant.Length > 0
            ? $"did you mean {string.Join(" or ", meant)}?"
            : $"all settings belong below {ServerOptions.Section}";
    }

    private static string? Problem(string variable, Setting ours)
    {
        if (
            variable.Split(Separator) is [var section, _, ..] parts
            && NearMisses.IsNearMiss(section)
        )
        {
            parts[0] = ServerOptions.Section;
            return $"{variable}: nobody reads this in the environment; did you mean {string.Join(Separator, parts)}?";
        }
        return HasOneUnderscore(variable, ours, out string[] names)
            ? $"{variable}: the environment has it with one underscore; write {string.Join(Separator, names)}"
            : null;
    }

    /// <summary>Only what is an option's whole path counts: orchestrators make up variables of their own for a service of our name.</summary>
    private static bool HasOneUnderscore(string variable, Setting ours, out string[] names)
    {
        names = variable.Split(Underscore, StringSplitOptions.RemoveEmptyEntries);
        return !variable.StartsWith(
                ServerOptions.Section + Separator,
                StringComparison.OrdinalIgnoreCase
            )
            && names is [var first, .. var path]
            && first.Equals(ServerOptions.Section, StringComparison.OrdinalIgnoreCase)
            && Leads(ours, path);
    }

    private static bool Leads(Setting from, string[] path) =>
        path is [var name, .. var rest]
            ? from.Kind switch
            {
                SettingKind.Section => from.Members.TryGetValue(name, out Setting? member)
                    && Leads(member, rest),
                SettingKind.List => uint.TryParse(name, CultureInfo.InvariantCulture, out _)
                    && Leads(from.Entry!, rest),
                SettingKind.Dictionary => Leads(from.Entry!, rest),
                _ => false,
            }
            : from.Kind == SettingKind.Value;
}
