using System.Collections;
using System.Globalization;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Options;
using PushBridge.Hosting.Keys;
using PushBridge.Hosting.Options;

namespace PushBridge.Server.CommandLine;

/// <summary>
/// Refuses what was meant as a setting and is read by nobody: a file whose settings are not below the section <c>PushBridge</c>, and variables of the environment with
/// one underscore where two are needed. Validated with the options of the server as a whole, like misspelt keys.
/// </summary>
internal sealed class MisplacedSettingsRule(
    IConfiguration configuration,
    IEnumerable<OptionsArea> areas
) : IValidateOptions<ServerOptions>
{
    private const char Underscore = '_';
    private const string Separator = "__";

    /// <summary>Sections that the framework reads.</summary>
    private static readonly string[] Framework = ["Logging", "Kestrel", "AllowedHosts"];

    public ValidateOptionsResult Validate(string? name, ServerOptions options)
    {
        Setting ours = Setting.Of(areas).Members[ServerOptions.Section];
        IConfigurationProvider[] sources = [.. ((IConfigurationRoot)configuration).Providers];
        IDictionary environment = sources.OfType<EnvironmentVariablesConfigurationProvider>().Any()
            ? Environment.GetEnvironmentVariables()
            : new Hashtable();
        string[] problems =
        [
            .. sources
                .OfType<WatchedJsonSource.Provider>()
                .Select(file => Problem(file, ours))
                .OfType<string>(),
            .. environment
                .Keys.Cast<string>()
                .Select(variable => Problem(variable, ours))
                .OfType<string>(),
        ];
        return problems.Length == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(problems);
    }

    private static string? Problem(WatchedJsonSource.Provider file, Setting ours)
    {
        string[] keys =
        [
            .. file.GetChildKeys([], parentPath: null).Distinct(StringComparer.OrdinalIgnoreCase),
        ];
        string[] misplaced = [.. keys.Where(ours.Members.ContainsKey)];
        if (
            file.GetChildKeys([], ServerOptions.Section).Any()
            || (
                misplaced.Length == 0
                && keys.Intersect(Framework, StringComparer.OrdinalIgnoreCase).Any()
            )
        )
        {
            return null;
        }
        return keys.Contains(ServerOptions.Section, StringComparer.OrdinalIgnoreCase)
                ? $"{file.File}: the section {ServerOptions.Section} is empty"
            : misplaced.Length > 0
                ? $"{file.File} has no section {ServerOptions.Section}; {string.Join(", ", misplaced)} belongs below it"
            : $"{file.File} has no section {ServerOptions.Section}, which all settings belong below";
    }

    /// <summary>Only what is an option's whole path counts: orchestrators make up variables of their own for a service of our name.</summary>
    private static string? Problem(string variable, Setting ours)
    {
        string[] names = variable.Split(Underscore, StringSplitOptions.RemoveEmptyEntries);
        bool isMeant =
            !variable.StartsWith(
                ServerOptions.Section + Separator,
                StringComparison.OrdinalIgnoreCase
            )
            && names is [var first, .. var path]
            && first.Equals(ServerOptions.Section, StringComparison.OrdinalIgnoreCase)
            && Leads(ours, path);
        return isMeant
            ? $"{variable}: the environment has it with one underscore; write {string.Join(Separator, names)}"
            : null;
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
