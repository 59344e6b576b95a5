using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using PushBridge.FunctionalTests.Hosting;

namespace PushBridge.FunctionalTests.Peers;

/// <summary>The server as its users run it: <c>dotnet PushBridge.Server.dll</c> in a process of its own.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    public static readonly string[] FreePorts =
    [
        "--clients",
        "127.0.0.1:0",
        "--text",
        "127.0.0.1:0",
        "--http",
        "127.0.0.1:0",
    ];

    private readonly Process process;
    private readonly ConcurrentQueue<string> output = new();
    private readonly ConcurrentQueue<string> errors = new();
    private readonly ConcurrentDictionary<string, Uri> listeners = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource listening = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );

    private ServerProcess(ProcessStartInfo start)
    {
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => OnOutput(line.Data);
        process.ErrorDataReceived += (_, line) => errors.Enqueue(line.Data ?? "");
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The folder of the built server, in the configuration of these tests.</summary>
    public static string BuiltFolder { get; } = FindBuiltFolder();

    public Uri ClientsUrl => listeners["clients"];

    public IPEndPoint Clients => EndPointOf("clients");

    public IPEndPoint Text => EndPointOf("text");

    public Uri HttpUrl => listeners["http"];

    public IPEndPoint Http => EndPointOf("http");

    /// <summary>Completes with the end of the addresses in the banner.</summary>
    public Task WhenListening => listening.Task;

    public int Id => process.Id;

    public string Output => string.Join('\n', output);

    public string Errors => string.Join('\n', errors.Where(line => line.Length > 0));

    /// <summary>Starts the server on free ports and waits for its banner.</summary>
    public static Task<ServerProcess> StartAsync(params string[] more) =>
        StartAsync([.. FreePorts, .. more], []);

    /// <summary>Starts the server from a shell script, in which <c>"$@"</c> is the server, and waits for its banner.</summary>
    public static Task<ServerProcess> StartInShellAsync(
        string script,
        params (string Name, string Value)[] environment
    ) => WhenListeningAsync(Launch(FreePorts, environment, folder: null, script));

    /// <summary>The same for a script that takes the banner away: it listens some time later.</summary>
    public static ServerProcess LaunchInShell(
        string script,
        string[] arguments,
        params (string Name, string Value)[] environment
    ) => Launch(arguments, environment, folder: null, script);

    /// <summary>The same where there is none to wait for.</summary>
    public static ServerProcess Launch(
        string[] arguments,
        params (string Name, string Value)[] environment
    ) => Launch(arguments, environment, folder: null);

    /// <summary>Starts the server with exactly these arguments and waits for its banner.</summary>
    public static Task<ServerProcess> StartAsync(
        string[] arguments,
        (string Name, string Value)[] environment,
        string? folder = null
    ) => WhenListeningAsync(Launch(arguments, environment, folder));

    private static async Task<ServerProcess> WhenListeningAsync(ServerProcess server)
    {
        Task exit = server.process.WaitForExitAsync();
        Task first = await Task.WhenAny(server.listening.Task, exit, Task.Delay(Patience));
        if (first != server.listening.Task && first != exit)
        {
            await server.DisposeAsync();
            throw new TimeoutException($"No banner:\n{server.Output}\n{server.Errors}");
        }
        if (first != server.listening.Task)
        {
            int code = await server.ExitCodeAsync();
            throw new InvalidOperationException(
                $"Exit code {code} instead of a banner:\n{server.Output}\n{server.Errors}"
            );
        }

        return server;
    }

    /// <summary>Runs the server until it exits by itself, which it must.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(
        string[] arguments,
        (string Name, string Value)[]? environment = null
    )
    {
        await using var server = Launch(arguments, environment ?? [], folder: null);
        int code = await server.ExitCodeAsync();
        return (code, server.Output, server.Errors);
    }

    /// <summary>How many sockets the process has open. Its files do not count: the runtime opens its own libraries when they are first needed.</summary>
    public int Sockets =>
        new DirectoryInfo($"/proc/{process.Id}/fd")
            .EnumerateFileSystemInfos()
            .Count(entry =>
                entry.LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true
            );

    public bool IsRunning => !process.HasExited;

    /// <summary>A figure of the process's memory in MiB: <c>VmRSS</c> is what it has, <c>VmHWM</c> the most it ever had.</summary>
    public double Memory(string figure) =>
        File.ReadLines($"/proc/{process.Id}/status")
            .Where(line => line.StartsWith(figure + ":", StringComparison.Ordinal))
            .Select(line => double.Parse(line.Split(' ', '\t')[^2]) / 1024)
            .Single();

    /// <summary>Asks the server to stop, as a service manager does.</summary>
    public Task TerminateAsync() => SignalAsync("TERM");

    /// <summary>It stands still: its connections stay, nothing is answered.</summary>
    public Task FreezeAsync() => SignalAsync("STOP");

    public Task ThawAsync() => SignalAsync("CONT");

    /// <summary>Without a goodbye; completes when the process is gone, and its sockets with it.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync().WaitAsync(Patience);
    }

    public async Task<int> ExitCodeAsync()
    {
        await process.WaitForExitAsync().WaitAsync(Patience);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process.Dispose();
        KnownSecrets.ShouldNotBeIn(output.Concat(errors));
    }

    private async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", ["-" + name, process.Id.ToString()]);
        await kill.WaitForExitAsync();
    }

    private static ServerProcess Launch(
        string[] arguments,
        (string Name, string Value)[] environment,
        string? folder,
        string? script = null
    )
    {
        string place = folder ?? BuiltFolder;
        string[] server = ["dotnet", Path.Combine(place, "PushBridge.Server.dll"), .. arguments];
        string[] command = script is null ? server : ["bash", "-c", script, "bash", .. server];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = place,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        KnownSecrets.RegisterSettings(
            environment.Select(entry => (entry.Name, (string?)entry.Value))
        );
        return new ServerProcess(start);
    }

    private static string FindBuiltFolder()
    {
        // .../tests/PushBridge.FunctionalTests/bin/<configuration>/<framework>
        var framework = new DirectoryInfo(
            AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)
        );
        var configuration = framework.Parent!;
        var root = configuration.Parent!.Parent!.Parent!.Parent!;
        return Path.Combine(
            root.FullName,
            "src",
            "PushBridge.Server",
            "bin",
            configuration.Name,
            framework.Name
        );
    }

    private void OnOutput(string? line)
    {
        if (line is null)
        {
            return;
        }

        output.Enqueue(line);
        Match banner = BannerLine().Match(line);
        if (banner.Success)
        {
            listeners[banner.Groups["name"].Value] = new Uri(banner.Groups["url"].Value);
            if (listeners.Count == 3)
            {
                listening.TrySetResult();
            }
        }
    }

    private IPEndPoint EndPointOf(string name) =>
        new(IPAddress.Parse(listeners[name].Host), listeners[name].Port);

    [GeneratedRegex(
        @"^  (?<name>clients|text|http) +(?<url>(http|https|tcp|tls)://\S+)$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex BannerLine();
}
