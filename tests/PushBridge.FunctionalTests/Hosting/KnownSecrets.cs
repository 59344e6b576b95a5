using System.Collections.Concurrent;

namespace PushBridge.FunctionalTests.Hosting;

/// <summary>
/// The secrets, tokens and keys that tests have used in this run. A test registers what it uses, and no server, in this process or
/// in another, may have written any of it into its log.
/// </summary>
internal static class KnownSecrets
{
    /// <summary>Shorter ones would be found by chance.</summary>
    private const int Shortest = 8;

    private static readonly ConcurrentDictionary<string, bool> All = new(StringComparer.Ordinal);

    /// <summary>Remembers the secret until the end of the run, and gives it back.</summary>
    internal static string Register(string secret)
    {
        secret.Length.Should().BeGreaterThanOrEqualTo(Shortest, "a secret must be recognizable");
        All[secret] = true;
        return secret;
    }

    /// <summary>Remembers what a server is told under a name that says it is a secret: a setting or a variable of its environment.</summary>
    internal static void RegisterSettings(IEnumerable<(string Name, string? Value)> settings)
    {
        foreach ((string name, string? value) in settings)
        {
            bool isSecret =
                name.Contains("Secret", StringComparison.OrdinalIgnoreCase)
                || name.Contains("Password", StringComparison.OrdinalIgnoreCase);
            if (!isSecret || value is null)
            {
                continue;
            }
            IEnumerable<string> secrets =
                !name.EndsWith("File", StringComparison.OrdinalIgnoreCase) ? [value]
                : File.Exists(value) ? File.ReadLines(value)
                : [];
            foreach (string secret in secrets.Where(secret => secret.Length >= Shortest))
            {
                Register(secret);
            }
        }
    }

    internal static void ShouldNotBeIn(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            All.Keys.Where(secret => line.Contains(secret, StringComparison.Ordinal))
                .Should()
                .BeEmpty("a log has no secrets, and this line has: {0}", line);
        }
    }
}
