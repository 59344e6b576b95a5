using System.CommandLine;
using PushBridge.Hosting.Listeners;

namespace PushBridge.Server.CommandLine;

/// <summary>The option <c>--config</c>, and where settings come from: the program's own defaults, that file, the environment.</summary>
internal static class ConfigurationFile
{
    public static Option<string?> NewOption() =>
        new("--config")
        {
            Description =
                "A JSON file with settings, such as pushbridge init writes; what it leaves out keeps its default",
            HelpName = "FILE",
        };

    /// <summary>Adds the file, if there is one, and the environment above it.</summary>
    /// <exception cref="ConfigurationFileException">There is no such file, or it is no JSON.</exception>
    public static void AddTo(IConfigurationBuilder configuration, string? path)
    {
        if (path is not null)
        {
            string file = path.Length > 0 ? Path.GetFullPath(path) : throw Missing();
            configuration.Add(new WatchedJsonSource(file)).AddEnvironmentVariables();
        }
    }

    /// <summary>From now on, reads the file again when it changes, and says in the log what is wrong with it.</summary>
    public static void Watch(IConfigurationRoot configuration, ListenerLog log)
    {
        foreach (
            WatchedJsonSource.Provider file in configuration.Providers.OfType<WatchedJsonSource.Provider>()
        )
        {
            file.Log = log;
        }
    }

    /// <summary>A variable of the caller's shell that is not set.</summary>
    private static ConfigurationFileException Missing() => new("''", new FileNotFoundException());

    /// <summary>The settings a command works with that starts no server: those that a server started in the same place would have.</summary>
    public static IConfiguration Load(string? path)
    {
        ConfigurationBuilder configuration = new();
        configuration
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
            .AddEnvironmentVariables();
        AddTo(configuration, path);
        return configuration.Build();
    }
}
