using Microsoft.Extensions.Options;

namespace PushBridge.Hosting.Keys;

/// <summary>
/// Adds options whose keys are known, bound and validated together with all others, once: when the configuration changes, they stay what they are, and what is
/// wrong with it is for <see cref="ChangedConfiguration"/> to say. Validated by the framework, it would be thrown at whoever has read the file.
/// </summary>
internal static class OptionsAreaServiceCollectionExtensions
{
    public static void AddOptionsArea<TOptions>(this IServiceCollection services, string section)
        where TOptions : class
    {
        services.AddSingleton(new OptionsArea(section, typeof(TOptions)));
        services
            .AddOptions<TOptions>()
            .Configure<IConfiguration>(
                (options, configuration) => Bind(configuration, section, options)
            )
            .ValidateOnStart();
        services.AddSingleton<IAreaCheck, AreaCheck<TOptions>>();
        services.AddSingleton<IValidateOptions<TOptions>>(provider => new AreaValidator<TOptions>(
            section,
            provider.GetRequiredService<IConfiguration>()
        ));
    }

    /// <summary>
    /// Leaves out the values that are not what their keys need: the binder would throw for the first of them, and <see cref="KnownKeysRule"/> reports them all.
    /// </summary>
    internal static void Bind(IConfiguration configuration, string section, object options)
    {
        HashSet<string> unreadable = new(
            ConfigurationCheck.Unreadable(
                Setting.Of(options.GetType()),
                configuration.GetSection(section)
            ),
            StringComparer.OrdinalIgnoreCase
        );
        if (unreadable.Count > 0)
        {
            configuration = new ConfigurationBuilder()
                .AddInMemoryCollection(
                    configuration
                        .AsEnumerable()
                        .Where(entry => !unreadable.Any(path => IsWithin(entry.Key, path)))
                )
                .Build();
        }
        configuration.GetSection(section).Bind(options);
    }

    private static bool IsWithin(string key, string path) =>
        key.StartsWith(path, StringComparison.OrdinalIgnoreCase)
        && (key.Length == path.Length || key[path.Length] == ConfigurationPath.KeyDelimiter[0]);
}
