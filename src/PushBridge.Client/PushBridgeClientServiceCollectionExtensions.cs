using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace PushBridge.Client;

/// <summary>Dependency injection.</summary>
public static class PushBridgeClientServiceCollectionExtensions
{
    /// <summary>
    /// Registers one <see cref="PushClient"/> for the process, also as <see cref="IPushClient"/>. Its options come from the
    /// section <c>PushBridge:Client</c> of the application's configuration, if it has one, and then from
    /// <paramref name="configure"/>. Wrong options stop a host at its start.
    /// </summary>
    public static IServiceCollection AddPushBridgeClient(
        this IServiceCollection services,
        Action<PushClientOptions>? configure = null
    )
    {
        ArgumentNullException.ThrowIfNull(services);
        OptionsBuilder<PushClientOptions> options = Register(services)
            .Configure<IServiceProvider>(
                static (client, provider) =>
                    provider
                        .GetService<IConfiguration>()
                        ?.GetSection(PushClientOptions.Section)
                        .Bind(client)
            );
        if (configure is not null)
        {
            options.Configure(configure);
        }
        return services;
    }

    /// <summary>The same with options from a section of the caller's choice.</summary>
    public static IServiceCollection AddPushBridgeClient(
        this IServiceCollection services,
        IConfiguration section
    )
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(section);
        Register(services).Configure(section.Bind);
        return services;
    }

    private static OptionsBuilder<PushClientOptions> Register(IServiceCollection services)
    {
        services.TryAddSingleton(provider => new PushClient(
            provider.GetRequiredService<IOptions<PushClientOptions>>().Value,
            provider.GetService<ILogger<PushClient>>()
        ));
        services.TryAddSingleton<IPushClient>(provider =>
            provider.GetRequiredService<PushClient>()
        );
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<
                IValidateOptions<PushClientOptions>,
                PushClientOptionsValidator
            >()
        );
        return services.AddOptions<PushClientOptions>().ValidateOnStart();
    }
}
