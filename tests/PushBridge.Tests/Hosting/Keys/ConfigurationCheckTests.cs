using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using PushBridge.Hosting.Keys;
using PushBridge.Hosting.Options;

namespace PushBridge.Tests.Hosting.Keys;

/// <summary>Keys that nobody reads, and values that their keys cannot take.</summary>
public sealed class ConfigurationCheckTests
{
    [Theory]
    [InlineData("Clients:MaxConections", "Clients:MaxConnections")]
    [InlineData("clients:maxconnectoins", "Clients:MaxConnections")]
    [InlineData("Text:Lisen", "Text:Listen")]
    [InlineData("Bakcends:Secrets:0", "Backends")]
    [InlineData(
        "Clients:Authentication:Token:Keys:0:Sceret",
        "Clients:Authentication:Token:Keys:0:Secret"
    )]
    [InlineData("Clients:Authentication:Webhok:Url", "Clients:Authentication:Webhook")]
    [InlineData("Text:Certificate:Pth", "Text:Certificate:Path")]
    [InlineData("MaxMessageBytes", "Clients:MaxMessageBytes")]
    [InlineData("Text:SecretsFile", "Backends:SecretsFile")]
    [InlineData("Insecur", "Insecure")]
    public void Problems_of_a_misspelt_key_name_the_key_and_what_was_meant(string key, string meant)
    {
        Problems($"{key}=1")
            .Should()
            .ContainSingle(problem => problem.Contains("there is no such option"))
            .Which.Should()
            .StartWith("PushBridge:")
            .And.EndWithEquivalentOf($"; did you mean PushBridge:{meant}?");
    }

    [Fact]
    public void Problems_of_a_key_like_no_other_name_it_alone() =>
        Problems("Clients:Zzzzzzzz=1")
            .Should()
            .Equal("PushBridge:Clients:Zzzzzzzz: there is no such option");

    [Fact]
    public void Problems_of_an_option_that_exists_twice_elsewhere_name_both() =>
        Problems("MaxConnectionsPerAddress=1")
            .Should()
            .ContainSingle()
            .Which.Should()
            .EndWith(
                "did you mean PushBridge:Clients:MaxConnectionsPerAddress or PushBridge:Text:MaxConnectionsPerAddress?"
            );

    [Theory]
    [InlineData("Clients:MaxConnections", "many", "whole number")]
    [InlineData("Clients:HelloTimeout", "soon", "00:00:10")]
    [InlineData("Insecure", "yes", "true or false")]
    [InlineData("Clients:Authentication:Mode", "tokens", "open, token, webhook")]
    [InlineData("Clients:Authentication:Mode", "7", "open, token, webhook")]
    [InlineData("Backends:Secrets", "0123456789abcdef", "PushBridge:Backends:Secrets:0")]
    [InlineData(
        "Clients:AllowedOrigins",
        "http://a.example",
        "PushBridge:Clients:AllowedOrigins:0"
    )]
    [InlineData(
        "Clients:AllowedOrigins:first",
        "http://a.example",
        "PushBridge:Clients:AllowedOrigins:0"
    )]
    [InlineData(
        "Clients:Authentication:Token:Keys:Secret",
        "x",
        "PushBridge:Clients:Authentication:Token:Keys:0"
    )]
    [InlineData("Clients", "127.0.0.1:1234", "is a section")]
    [InlineData("Text:Listen:0", "127.0.0.1:1234", "single value")]
    [InlineData("Text:Certificate", "server.pem", "Path, KeyPath, Password")]
    public void Problems_of_a_value_say_what_the_key_takes(
        string key,
        string value,
        string problem
    ) => Problems($"{key}={value}").Should().ContainSingle().Which.Should().Contain(problem);

    [Fact]
    public void Problems_never_show_a_secret() =>
        string.Join(
                '\n',
                Problems("Backends:Secrets=0123456789abcdef", "Backends:Secret=fedcba9876543210")
            )
            .Should()
            .NotContainAny("0123456789abcdef", "fedcba9876543210");

    [Theory]
    [InlineData(
        "Clients:AllowedOrigins:0=https://a.example",
        "clients:allowedorigins:1=https://b.example"
    )]
    [InlineData(
        "Clients:Authentication:Mode=token",
        "Clients:Authentication:Token:Keys:0:Secret=0123456789abcdef0123456789abcdef"
    )]
    [InlineData("Clients:HelloTimeout=00:00:01.5", "Insecure=TRUE")]
    [InlineData("Backends:AllowedNetworks=", "Text:Certificate=")]
    public void Problems_of_what_is_good_are_none(params string[] settings) =>
        Problems(settings).Should().BeEmpty();

    [Fact]
    public void Keys_outside_the_section_are_somebody_else_s() =>
        Validate(
                new Dictionary<string, string?>
                {
                    ["Logging:LogLevel:Defualt"] = "Debug",
                    ["PushBridge2:X"] = "1",
                }
            )
            .Should()
            .BeEmpty();

    [Theory]
    [InlineData("PushBrige:Backends:Secrets:0", "PushBrige")]
    [InlineData("PUSHBRIDG:TEXT:LISTEN", "PUSHBRIDG")]
    [InlineData("PushBridges:Clients:MaxConections", "PushBridges")]
    public void A_section_that_is_nearly_ours_and_holds_what_ours_does_is_a_mistake(
        string key,
        string section
    ) =>
        Validate(new Dictionary<string, string?> { [key] = "0123456789abcdef" })
            .Should()
            .Equal($"{section}: there is no such section; did you mean PushBridge?");

    [Fact]
    public void The_client_library_s_section_is_its_own_where_that_library_is() =>
        Problems("Client:Address=tcp://127.0.0.1:5678").Should().BeEmpty();

    [Theory]
    [InlineData("""{ "PushBridge": { "Text": { } } }""")]
    [InlineData(
        """{ "PushBridge": { "Text": null, "Clients": { "Certificate": null, "AllowedOrigins": null } } }"""
    )]
    [InlineData(
        """{ "PushBridge": { "Clients": { "AllowedOrigins": [], "Authentication": { "Token": null, "Webhook": null } } } }"""
    )]
    [InlineData(
        """{ "PushBridge": { "Clients": { "MaxConnections": null, "Listen": null, "AllowedHosts": [null] } } }"""
    )]
    public void Nothing_in_a_file_s_place_throws_no_exception_of_its_own(string json)
    {
        using MemoryStream file = new(System.Text.Encoding.UTF8.GetBytes(json));

        Action validate = () => Validate(new ConfigurationBuilder().AddJsonStream(file).Build());

        validate.Should().NotThrow();
    }

    [Fact]
    public void Validate_reports_wrong_values_misspelt_keys_and_limits_together() =>
        Validate(
                new Dictionary<string, string?>
                {
                    ["PushBridge:Clients:MaxConnections"] = "many",
                    ["PushBridge:Clients:MaxFragments"] = "0",
                    ["PushBridge:Text:Lisen"] = "x",
                    ["PushBridge:Queue:MaxBytes"] = "1",
                    ["PushBridge:Backends:SecretsFile"] = "/nowhere/secrets",
                    ["PushBridge:Text:Listen"] = "0.0.0.0:0",
                }
            )
            .Select(problem => problem.Split(": ")[0])
            .Should()
            .BeEquivalentTo(
                "PushBridge:Clients:MaxConnections",
                "PushBridge:Clients:MaxFragments",
                "PushBridge:Text:Lisen",
                "PushBridge:Queue:MaxBytes",
                "PushBridge:Backends:SecretsFile"
            );

    [Fact]
    public void Bind_keeps_the_default_of_what_cannot_be_read_and_takes_the_rest()
    {
        ClientOptions options = new();

        OptionsAreaServiceCollectionExtensions.Bind(
            Configuration(
                new()
                {
                    ["PushBridge:Clients:MaxConnections"] = "many",
                    ["PushBridge:Clients:MaxFragments"] = "7",
                }
            ),
            ClientOptions.Section,
            options
        );

        (options.MaxConnections, options.MaxFragments).Should().Be((10_000, 7));
    }

    [Fact]
    public void Of_understands_entries_by_name()
    {
        Setting root = Setting.Of([new OptionsArea("PushBridge", typeof(Named))]);

        string[] Of(string key) =>
            [
                .. ConfigurationCheck
                    .Problems(
                        root,
                        Configuration(new() { [$"Root:{key}"] = "x" }).GetSection("Root"),
                        root
                    )
                    .Select(problem => problem.Path),
            ];

        Of("PushBridge:Entries:Any Name:Kid").Should().BeEmpty();
        Of("PushBridge:Entries:Any Name:Kit")
            .Should()
            .Equal("Root:PushBridge:Entries:Any Name:Kit");
        Of("PushBridge:Entries").Should().Equal("Root:PushBridge:Entries");
        Of("PushBridge:Numbers:0").Should().Equal("Root:PushBridge:Numbers:0");
    }

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("listen", "listen", 0)]
    [InlineData("lisen", "listen", 1)]
    [InlineData("lsiten", "listen", 1)]
    [InlineData("listem", "listen", 1)]
    [InlineData("abc", "", 3)]
    [InlineData("kitten", "sitting", 3)]
    public void Distance_counts_letters(string left, string right, int distance)
    {
        Spelling.Distance(left, right).Should().Be(distance);
        Spelling.Distance(right, left).Should().Be(distance);
    }

    private static string[] Problems(params string[] settings) =>
        Validate(
            settings
                .Select(setting => setting.Split('=', 2))
                .ToDictionary(parts => $"PushBridge:{parts[0]}", string? (parts) => parts[1])
        );

    private static string[] Validate(Dictionary<string, string?> settings) =>
        Validate(Configuration(settings));

    /// <summary>As an embedding application does when it starts.</summary>
    private static string[] Validate(IConfiguration configuration)
    {
        HostApplicationBuilder builder = new(
            new HostApplicationBuilderSettings { DisableDefaults = true }
        );
        builder.Configuration.AddConfiguration(configuration);
        builder.AddPushBridge();
        using ServiceProvider services = builder.Services.BuildServiceProvider();
        try
        {
            services.GetRequiredService<IStartupValidator>().Validate();
            return [];
        }
        catch (OptionsValidationException exception)
        {
            return [.. exception.Failures];
        }
        catch (AggregateException exception)
        {
            return
            [
                .. exception
                    .InnerExceptions.Cast<OptionsValidationException>()
                    .SelectMany(inner => inner.Failures),
            ];
        }
    }

    private static IConfigurationRoot Configuration(Dictionary<string, string?> settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings).Build();

    private sealed class Named
    {
        public IDictionary<string, TokenKeyOptions> Entries { get; } =
            new Dictionary<string, TokenKeyOptions>();

        public int[] Numbers { get; set; } = [];
    }
}
