using System.Diagnostics;
using Microsoft.Playwright;
using PushBridge.FunctionalTests.Documents;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;
using static Microsoft.Playwright.Assertions;

namespace PushBridge.FunctionalTests.Packaging;

/// <summary>
/// What runs in the containers, without containers: each service's own command and environment, with free ports and a folder of this
/// machine in the place of the networks and volumes.
/// </summary>
[Collection(nameof(PublishedGroup))]
public sealed class ContainerServiceTests(Chromium chromium, PublishedFiles published) : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("pushbridge-");

    [Fact]
    public async Task The_job_of_the_demo_site_shows_its_percentage_in_the_visitors_browser()
    {
        var compose = await ComposeFile.Single;
        int port = Ports.Free();
        await WriteSecretsAsync(compose);
        await using var server = await StartServerAsync(compose, port);
        using var site = StartSite(compose, server, port);

        try
        {
            var tab = await (await chromium.NewProfileAsync()).NewPageAsync();
            await OpenAsync(tab, $"http://127.0.0.1:{port}/");
            await Expect(tab.Locator("#state")).ToHaveTextAsync("open");
            await tab.GetByRole(AriaRole.Button).ClickAsync();

            await Expect(tab.Locator("#state"))
                .ToHaveTextAsync("done; a page saw 101 of 101 steps");
            await Expect(tab.Locator("#percent")).ToHaveTextAsync("100%");
            await tab.Context.CloseAsync();
        }
        finally
        {
            site.Kill(entireProcessTree: true);
            await site.WaitForExitAsync();
        }
    }

    [Fact]
    public async Task The_published_program_starts_by_the_images_entry_point_and_its_health_check_knows()
    {
        var image = ImageFile.Read();
        image.EntryPoint.Should().Equal("dotnet", "PushBridge.Server.dll");
        var compose = await ComposeFile.Single;
        await WriteSecretsAsync(compose);

        await using var server = await StartServerAsync(compose, Ports.Free(), published.Program);
        (await CheckAsync()).Should().Be((0, "ready\n"));
        await server.TerminateAsync();
        (await server.ExitCodeAsync()).Should().Be(0);
        (await CheckAsync()).Should().Be((1, ""));

        async Task<(int, string)> CheckAsync()
        {
            string[] command = [.. image.HealthCheck];
            command[1] = Path.Combine(published.Program, command[1]);
            var check = await ChildProcess.RunAsync(
                command[0],
                command[1..],
                ("PushBridge__Http__Listen", $"0.0.0.0:{server.Http.Port}")
            );
            return (check.ExitCode, check.Output);
        }
    }

    [Fact]
    public async Task The_image_alone_does_not_start_but_names_the_settings_that_are_missing()
    {
        var (code, _, errors) = await ServerProcess.RunAsync([], [.. ImageEnvironment()]);

        code.Should().Be(78);
        errors
            .Should()
            .Contain("PushBridge:Clients:Authentication:Mode=Token")
            .And.Contain("PushBridge:Backends:Secrets:0");
    }

    [Fact]
    public async Task Secrets_are_made_once_and_those_of_the_environment_come_first()
    {
        var compose = await ComposeFile.Single;
        await WriteSecretsAsync(compose);
        string[] made = Secrets();
        await WriteSecretsAsync(compose);

        Secrets().Should().Equal(made);
        made.Should().OnlyHaveUniqueItems().And.OnlyContain(secret => secret.Length == 64);

        await WriteSecretsAsync(compose, ("PUSHBRIDGE_SECRET", "one that somebody chose"));

        Secrets().Should().Equal("one that somebody chose", made[1]);
    }

    public void Dispose() => folder.Delete(recursive: true);

    private string[] Secrets() =>
        [
            .. new[] { "backends", "token" }.Select(name =>
                KnownSecrets.Register(
                    File.ReadAllText(Path.Combine(folder.FullName, name)).TrimEnd('\n')
                )
            ),
        ];

    private async Task WriteSecretsAsync(
        ComposeFile compose,
        params (string Name, string Value)[] environment
    )
    {
        var result = await ChildProcess.RunAsync(
            Php(compose.List("secrets", "command")[0]),
            compose.List("secrets", "command").Skip(1).Select(Here),
            environment
        );
        (result.ExitCode, result.Errors).Should().Be((0, ""));
        result.Output.Should().NotContainAny(Secrets());
    }

    private Task<ServerProcess> StartServerAsync(
        ComposeFile compose,
        int sitePort,
        string? program = null
    ) =>
        ServerProcess.StartAsync(
            [],
            [
                .. ImageEnvironment(),
                .. compose
                    .Environment("pushbridge")
                    .Where(variable => !variable.Key.EndsWith("Format", StringComparison.Ordinal))
                    .Select(variable =>
                        (variable.Key, Here(variable.Value).Replace(":8000", $":{sitePort}"))
                    ),
            ],
            program
        );

    /// <summary>As in the image, on free ports; nothing but this machine knows them, and the server takes it as seriously.</summary>
    private static IEnumerable<(string, string)> ImageEnvironment() =>
        ImageFile
            .Read()
            .Environment.Where(variable => variable.Value.Contains(':'))
            .Select(variable =>
                (variable.Key, $"{variable.Value[..variable.Value.IndexOf(':')]}:0")
            );

    private Process StartSite(ComposeFile compose, ServerProcess server, int port)
    {
        var command = compose.List("demo", "command");
        var start = new ProcessStartInfo(
            Php(command[0]),
            command.Skip(1).Select(word => Here(word).Replace("0.0.0.0:8000", $"127.0.0.1:{port}"))
        )
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in compose.Environment("demo"))
        {
            start.Environment[name] = Here(value);
        }
        start.Environment["PUSHBRIDGE_TEXT"] = $"127.0.0.1:{server.Text.Port}";
        start.Environment["PUSHBRIDGE_CLIENTS"] = $"http://127.0.0.1:{server.Clients.Port}";
        start.Environment["DEMO_STEP_MILLISECONDS"] = "5";
        var site = Process.Start(start)!;
        site.BeginErrorReadLine();
        return site;
    }

    /// <summary>The same place outside of the container.</summary>
    private string Here(string text) =>
        text.StartsWith("/secrets", StringComparison.Ordinal)
            ? folder.FullName + text["/secrets".Length..]
        : text.StartsWith("/demo", StringComparison.Ordinal) ? Repository.File("src/php" + text)
        : text;

    private static string Php(string program)
    {
        program.Should().Be("php");
        return ChildProcess.Locate("PUSHBRIDGE_PHP", "/usr/bin/php");
    }

    /// <summary>PHP says nothing that can be waited for before it listens.</summary>
    private static async Task OpenAsync(IPage tab, string url)
    {
        using var http = new HttpClient();
        await PushBridgeServer.EventuallyAsync(
            () =>
            {
                try
                {
                    return http.GetAsync(url).Result.IsSuccessStatusCode;
                }
                catch (AggregateException)
                {
                    return false;
                }
            },
            "the site"
        );
        await tab.GotoAsync(url);
    }
}
