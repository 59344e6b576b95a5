using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.Options;
using PushBridge.Hosting.Options;

namespace PushBridge.Tests.Hosting;

public sealed class OptionsTests
{
    private static readonly (string Section, Type Type)[] Areas =
    [
        (ServerOptions.Section, typeof(ServerOptions)),
        (ClientOptions.Section, typeof(ClientOptions)),
        (TextOptions.Section, typeof(TextOptions)),
        (HttpOptions.Section, typeof(HttpOptions)),
        (BackendOptions.Section, typeof(BackendOptions)),
        (QueueOptions.Section, typeof(QueueOptions)),
        (IdOptions.Section, typeof(IdOptions)),
        (DrainOptions.Section, typeof(DrainOptions)),
        (BackplaneOptions.Section, typeof(BackplaneOptions)),
        (DaemonOptions.Section, typeof(DaemonOptions)),
        (LogOptions.Section, typeof(LogOptions)),
    ];

    [Fact]
    public void The_settings_file_has_every_option_with_its_default_and_nothing_else()
    {
        Dictionary<string, string> file = [];
        using JsonDocument document = JsonDocument.Parse(
            File.ReadAllText(SettingsPath()),
            new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip }
        );
        Collect(document.RootElement.GetProperty("PushBridge"), "PushBridge", file);
        Dictionary<string, string> code = [];
        foreach ((string section, Type type) in Areas)
        {
            Collect(Activator.CreateInstance(type)!, section, code);
        }

        file.Should().BeEquivalentTo(code);
    }

    [Fact]
    public void Every_key_of_the_settings_file_has_its_comment()
    {
        string[] lines = File.ReadAllLines(SettingsPath());
        int start = Array.FindIndex(
            lines,
            line => line.Contains("\"PushBridge\"", StringComparison.Ordinal)
        );
        for (int i = start + 1; i < lines.Length; i++)
        {
            bool isValue =
                lines[i].Contains("\": ", StringComparison.Ordinal)
                && !lines[i].TrimEnd().EndsWith('{');
            if (isValue && !lines[i].TrimStart().StartsWith("//", StringComparison.Ordinal))
            {
                string above = lines[i - 1].TrimStart();
                (above.StartsWith("//", StringComparison.Ordinal) || above.EndsWith('{'))
                    .Should()
                    .BeTrue($"'{lines[i].Trim()}' wants a line that says what it is");
            }
        }
    }

    [Fact]
    public void The_README_s_table_is_the_settings_file()
    {
        string readme = File.ReadAllText(
            Path.Combine(Path.GetDirectoryName(SettingsPath())!, "..", "..", "README.md")
        );
        string[] table =
        [
            .. readme
                .Split("### All options")[1]
                .Split("\n## ")[0]
                .Split('\n')
                .Where(line => line.StartsWith("| `", StringComparison.Ordinal)),
        ];

        table.Should().Equal(Rows(File.ReadAllLines(SettingsPath())));
    }

    /// <summary>Path, default and comment of each option; the comment of a section is that of its first option.</summary>
    private static IEnumerable<string> Rows(string[] lines)
    {
        List<string> path = [];
        string comment = "";
        foreach (string line in lines.Select(line => line.Trim()))
        {
            if (line.StartsWith("//", StringComparison.Ordinal))
            {
                comment = line[2..].Trim();
            }
            else if (line.StartsWith('}'))
            {
                path.RemoveRange(Math.Max(0, path.Count - 1), Math.Min(1, path.Count));
            }
            else if (line.Split("\": ", 2) is [var name, var value])
            {
                path.Add(name[1..]);
                if (value == "{")
                {
                    continue;
                }
                if (path[0] == "PushBridge")
                {
                    yield return $"| `{string.Join(':', path[1..])}` | `{value.TrimEnd(',')}` | {comment} |";
                }
                path.RemoveAt(path.Count - 1);
                comment = "";
            }
        }
    }

    [Theory]
    [InlineData("127.0.0.1:1234", true)]
    [InlineData("0.0.0.0:0", true)]
    [InlineData("[::1]:1234", true)]
    [InlineData("localhost:1234", true)]
    [InlineData("1234", false)]
    [InlineData(":1234", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.0.0.1:65536", false)]
    [InlineData("127.0.0.1:-1", false)]
    [InlineData("::1:1234", false)]
    [InlineData("[::1]", false)]
    [InlineData("example.com:1234", false)]
    [InlineData("unix:/run/pushbridge/push.sock", true)]
    [InlineData("unix:///run/push.sock", true)]
    [InlineData("unix:push.sock", false)]
    [InlineData("unix:", false)]
    [InlineData("unix:/", false)]
    [InlineData("unix:/run/", false)]
    [InlineData(
        "unix:/a/path/that/is/much/longer/than/the/hundred/and/eight/bytes/that/a/sockets/name/may/have/in/the/system/push.sock",
        false
    )]
    [InlineData("", false)]
    public void Listen_addresses(string address, bool valid)
    {
        TextOptions options = new() { Listen = address };

        ValidateOptionsResult result = new OptionsValidator<TextOptions>(
            TextOptions.Section
        ).Validate(null, options);

        result.Succeeded.Should().Be(valid);
        if (!valid)
        {
            result
                .Failures.Should()
                .ContainSingle()
                .Which.Should()
                .StartWith("PushBridge:Text:Listen: ");
        }
    }

    [Theory]
    [InlineData("https://app.example.com", true)]
    [InlineData("http://localhost:8000/", true)]
    [InlineData("app.example.com", false)]
    [InlineData("https://app.example.com/page", false)]
    [InlineData("*", false)]
    [InlineData("null", false)]
    public void Allowed_origins(string origin, bool valid)
    {
        ClientOptions options = new();
        options.AllowedOrigins.Add(origin);

        new OptionsValidator<ClientOptions>(ClientOptions.Section)
            .Validate(null, options)
            .Succeeded.Should()
            .Be(valid);
    }

    [Theory]
    [InlineData("news", true)]
    [InlineData("room-*", true)]
    [InlineData("*", true)]
    [InlineData("", false)]
    [InlineData("line\nend", false)]
    public void Joinable_groups(string group, bool valid)
    {
        ClientOptions options = new();
        options.JoinableGroups.Add(group);

        new OptionsValidator<ClientOptions>(ClientOptions.Section)
            .Validate(null, options)
            .Succeeded.Should()
            .Be(valid);
    }

    [Fact]
    public void A_silence_shorter_than_the_ping_interval_is_a_mistake()
    {
        ClientOptions options = new() { SilenceTimeout = TimeSpan.FromSeconds(20) };

        new OptionsValidator<ClientOptions>(ClientOptions.Section)
            .Validate(null, options)
            .Failures.Should()
            .ContainSingle()
            .Which.Should()
            .StartWith("PushBridge:Clients:SilenceTimeout: must be longer than PingInterval");
    }

    [Fact]
    public void What_attributes_and_what_the_options_themselves_complain_of_is_reported_together()
    {
        ClientOptions options = new() { MaxConnections = 0 };
        options.AllowedOrigins.Add("https://good.example");
        options.AllowedOrigins.Add("no origin");
        options.AllowedHosts.Add("https://push.example.com");
        options.TrustedProxies.Add("192.0.2.7");
        options.TrustedProxies.Add("proxy");

        new OptionsValidator<ClientOptions>(ClientOptions.Section)
            .Validate(null, options)
            .Failures!.Select(failure => failure.Split(": ")[0])
            .Should()
            .BeEquivalentTo(
                "PushBridge:Clients:MaxConnections",
                "PushBridge:Clients:AllowedOrigins:1",
                "PushBridge:Clients:AllowedHosts:0",
                "PushBridge:Clients:TrustedProxies:1"
            );
    }

    [Theory]
    [InlineData("push.example.com", true)]
    [InlineData("192.0.2.7", true)]
    [InlineData("[::1]", true)]
    [InlineData("localhost", true)]
    [InlineData("push.example.com:1234", false)]
    [InlineData("https://push.example.com", false)]
    [InlineData("", false)]
    public void Allowed_hosts(string host, bool valid)
    {
        ClientOptions options = new();
        options.AllowedHosts.Add(host);

        new OptionsValidator<ClientOptions>(ClientOptions.Section)
            .Validate(null, options)
            .Succeeded.Should()
            .Be(valid);
    }

    [Fact]
    public void All_problems_are_reported_at_once_with_their_paths()
    {
        ClientOptions options = new()
        {
            MaxConnections = 0,
            MaxMessageBytes = 1,
            HelloTimeout = TimeSpan.Zero,
        };

        new OptionsValidator<ClientOptions>(ClientOptions.Section)
            .Validate(null, options)
            .Failures!.Select(failure => failure.Split(": ")[0])
            .Should()
            .BeEquivalentTo(
                "PushBridge:Clients:MaxConnections",
                "PushBridge:Clients:MaxMessageBytes",
                "PushBridge:Clients:HelloTimeout"
            );
    }

    [Fact]
    public void Each_message_names_its_own_option()
    {
        ClientOptions options = new()
        {
            MaxConnections = 0,
            MaxMessageBytes = 1,
            HelloTimeout = TimeSpan.Zero,
        };

        new OptionsValidator<ClientOptions>(ClientOptions.Section)
            .Validate(null, options)
            .Failures!.Select(problem => problem.Split(" must be between ")[0])
            .Should()
            .BeEquivalentTo(
                "PushBridge:Clients:MaxConnections: The field MaxConnections",
                "PushBridge:Clients:MaxMessageBytes: The field MaxMessageBytes",
                "PushBridge:Clients:HelloTimeout: The field HelloTimeout"
            );
    }

    private static void Collect(JsonElement element, string path, Dictionary<string, string> values)
    {
        foreach (JsonProperty property in element.EnumerateObject())
        {
            string key = $"{path}:{property.Name}";
            if (
                property.Value.ValueKind == JsonValueKind.Object
                && property.Value.EnumerateObject().Any()
            )
            {
                Collect(property.Value, key, values);
            }
            else
            {
                values[key] = property.Value.ToString();
            }
        }
    }

    private static void Collect(object options, string path, Dictionary<string, string> values)
    {
        foreach (PropertyInfo property in options.GetType().GetProperties())
        {
            string key = $"{path}:{property.Name}";
            object? value = property.GetValue(options);
            if (
                value is not null
                && property.PropertyType.IsClass
                && property.PropertyType.Namespace == typeof(ClientOptions).Namespace
            )
            {
                Collect(value, key, values);
            }
            else
            {
                values[key] = value switch
                {
                    null => "",
                    IList<string> list => list.Count == 0 ? "[]" : string.Join(',', list),
                    IDictionary<string, ListenerOptions> { Count: 0 } => "{}",
                    IList<TokenKeyOptions> list => list.Count == 0 ? "[]" : "",
                    Enum mode => mode.ToString().ToLowerInvariant(),
                    TimeSpan time => time.ToString("c").TrimEnd('0') is { } text
                    && time.Ticks % TimeSpan.TicksPerSecond != 0
                        ? text
                        : time.ToString("c"),
                    _ => value.ToString()!,
                };
            }
        }
    }

    private static string SettingsPath()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "PushBridge.sln")))
        {
            folder = folder.Parent;
        }
        return Path.Combine(folder!.FullName, "src", "PushBridge.Server", "appsettings.json");
    }
}
