using System.Diagnostics;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Http;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Readme;

/// <summary>The README's C#, compiled and run as it is printed, but for the ports.</summary>
public sealed class ProgramBlockTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("pushbridge-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task The_application_that_embeds_the_server()
    {
        using CompiledProgram program = CompiledProgram.OfStatements(
            "ReadmeApplication",
            ReadmeBlock.With("builder.AddPushBridge();").Code
        );
        using Process application = Process.Start(
            new ProcessStartInfo(
                "dotnet",
                program.CommandLine(
                    "--urls=http://127.0.0.1:0",
                    "--PushBridge:Text:Listen=127.0.0.1:0"
                )
            )
            {
                // Where no settings of anybody else's lie.
                WorkingDirectory = folder.FullName,
                UseShellExecute = false,
                RedirectStandardOutput = true,
            }
        )!;
        try
        {
            using HttpClient http = new() { BaseAddress = await ListeningAsync(application) };
            await using RawClient client = await RawClient.ConnectAsync(
                new Uri(http.BaseAddress!, "/push"),
                "alice"
            );

            // The uid is on its way.
            using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(10));
            while ((await http.AskAsync(HttpMethod.Post, "/notify/alice")).Body != "true")
            {
                await Task.Delay(5, deadline.Token);
            }
            (await http.PostAsync("/internal/push/push/alice", "1"))
                .IsReply("""{"ok":true,"connections":1}""")
                .Should()
                .BeTrue();
            (await client.NextAsync(2)).Should().Equal("""{"text":"hello"}""", "1");
        }
        finally
        {
            application.Kill();
            await application.WaitForExitAsync();
        }
    }

    [Fact]
    public async Task The_NET_backend()
    {
        await using PushBridgeServer server = await PushBridgeServer.StartAsync();
        await using RawClient client = await RawClient.JoinAsync(server, "uid1");
        using CompiledProgram program = CompiledProgram.OfStatements(
            "ReadmeBackend",
            ReadmeBlock.With("using PushBridge.Client;").At(text: server.Text)
        );

        ProgramResult run = await ChildProcess.RunAsync("dotnet", program.CommandLine());

        run.Should().Be(new ProgramResult(0, "delivered\n", ""));
        (await client.NextAsync()).Should().Be("""{"percent":"88%"}""");
    }

    [Fact]
    public async Task A_listener_of_an_application_at_run_time()
    {
        Func<WebApplication, Task> open = CompiledProgram.OfMethod(
            "ReadmeListener",
            ReadmeBlock.With("IPushListeners").Code.Replace(":8080", ":0", StringComparison.Ordinal)
        );
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["PushBridge:Text:Listen"] = "127.0.0.1:0";
        builder.AddPushBridge();
        await using WebApplication app = builder.Build();
        app.MapPushBridge("/push");
        await app.StartAsync(TestContext.Current.CancellationToken);

        await open(app);

        PushListener pages = app
            .Services.GetRequiredService<IPushListeners>()
            .All.Single(listener => listener.Name == "pages");
        await using (
            RawClient client = await RawClient.ConnectAsync(
                new Uri($"http://{pages.Listen}"),
                "alice"
            )
        )
        {
            await client.SayAsync("heartbeat");
            (await client.NextAsync()).Should().BeEmpty();
        }
        await app.StopAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<Uri> ListeningAsync(Process application)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(30));
        while (await application.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
        {
            if (line.Split("Now listening on: ") is [_, var url])
            {
                return new Uri(url);
            }
        }
        throw new EndOfStreamException("The application ended before it listened.");
    }
}
