using System.Text.Json;
using PushBridge.FunctionalTests.Documents;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Packaging;

/// <summary>docker-compose.yml as docker-compose itself understands it, with its anchors and variables resolved.</summary>
internal sealed class ComposeFile
{
    public const string ClusterEnvironment = "src/PushBridge.Server/operations/cluster.env";

    private const string ToJson =
        "import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout)";

    private static readonly Lazy<Task<ComposeFile>> SingleFile = new(() =>
        ReadAsync("", profile: null)
    );
    private static readonly Lazy<Task<ComposeFile>> ClusterFile = new(() =>
        ReadAsync($"--env-file {ClusterEnvironment}", "cluster")
    );

    private ComposeFile(JsonElement root, string? profile) =>
        Services = root.GetProperty("services")
            .EnumerateObject()
            .Where(service => IsIn(service.Value, profile))
            .ToDictionary(service => service.Name, service => service.Value);

    /// <summary>Without a profile.</summary>
    public static Task<ComposeFile> Single => SingleFile.Value;

    /// <summary>With the profile "cluster", started as the file says.</summary>
    public static Task<ComposeFile> Cluster => ClusterFile.Value;

    /// <summary>Those that are started.</summary>
    public IReadOnlyDictionary<string, JsonElement> Services { get; }

    public IReadOnlyList<string> List(string service, string key) =>
        Services[service].TryGetProperty(key, out var list)
            ? [.. list.EnumerateArray().Select(item => item.ToString())]
            : [];

    public IReadOnlyDictionary<string, string> Environment(string service) =>
        Services[service].TryGetProperty("environment", out var environment)
            ? environment
                .EnumerateObject()
                .ToDictionary(variable => variable.Name, variable => variable.Value.ToString())
            : new Dictionary<string, string>();

    private static async Task<ComposeFile> ReadAsync(string options, string? profile)
    {
        var compose = ChildProcess.Locate("PUSHBRIDGE_COMPOSE", "/usr/bin/docker-compose");
        var result = await ChildProcess.RunAsync(
            "bash",
            [
                "-c",
                // The YAML library is the one that docker-compose itself is made with.
                $"set -o pipefail; cd \"$1\" && \"$2\" {options} config | /usr/bin/python3 -c '{ToJson}'",
                "bash",
                Repository.Root,
                compose,
            ]
        );
        (result.ExitCode, result.Errors).Should().Be((0, ""));
        return new ComposeFile(JsonDocument.Parse(result.Output).RootElement, profile);
    }

    private static bool IsIn(JsonElement service, string? profile) =>
        !service.TryGetProperty("profiles", out var profiles)
        || profiles.EnumerateArray().Any(name => name.GetString() == profile);
}
