using System.Diagnostics;
using System.Globalization;
using System.Net;
using PushBridge.Benchmarks.Load.Sockets;

namespace PushBridge.Benchmarks.Load.Servers;

/// <summary>The server under load: a child of this process that is stopped with it, or one that runs already.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const int Terminate = 15;
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(20);

    private readonly Process? child;

    private ServerProcess(Process? child, int id, IPEndPoint clients, IPEndPoint text)
    {
        this.child = child;
        Id = id;
        Usage = new ProcessUsage(id);
        Clients = clients;
        Text = text;
        // Interrupted, we must not leave a server behind.
        AppDomain.CurrentDomain.ProcessExit += OnExit;
    }

    public IPEndPoint Clients { get; }

    public IPEndPoint Text { get; }

    public int Id { get; }

    public ProcessUsage Usage { get; }

    /// <summary>The latest line of the log that says that all is subscribed.</summary>
    public string? Restored { get; private set; }

    public static ServerProcess Attach(IPEndPoint clients, IPEndPoint text, int id) =>
        new(null, id, clients, text);

    /// <param name="more">Further arguments.</param>
    public static ServerProcess Start(string more = "")
    {
        Process launched = Launch(ServerAssembly(), more);
        Dictionary<string, IPEndPoint> ports = new(StringComparer.Ordinal);
        try
        {
            Task banner = Task.Run(() => ReadBanner(launched, ports));
            if (!banner.Wait(StartDeadline) || ports.Count < 2)
            {
                throw new LoadException("the server did not print where it listens");
            }
        }
        catch
        {
            launched.Kill();
            throw;
        }
        // Whatever it prints from here on must not fill the pipe and stop it; this ends with the process.
        ServerProcess server = new(launched, launched.Id, ports["clients"], ports["text"]);
        _ = server.ReadLogAsync(launched.StandardOutput);
        return server;
    }

    public void Dispose()
    {
        if (child is null)
        {
            return;
        }
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        _ = Libc.Kill(child.Id, Terminate);
        if (!child.WaitForExit(TimeSpan.FromSeconds(10)))
        {
            child.Kill();
        }
        child.Dispose();
    }

    private async Task ReadLogAsync(StreamReader log)
    {
        while (await log.ReadLineAsync() is { } line)
        {
            Restored = line.Contains("Backplane: available", StringComparison.Ordinal)
                ? line.Trim()
                : Restored;
        }
    }

    private void OnExit(object? sender, EventArgs arguments)
    {
        if (child is not null)
        {
            _ = Libc.Kill(child.Id, Terminate);
        }
    }

    private static Process Launch(string assembly, string more)
    {
        string command =
            $"ulimit -n {DescriptorLimit.Wanted}; exec dotnet \"$0\" serve "
            + "--clients 127.0.0.1:0 --text 127.0.0.1:0 --http 127.0.0.1:0 "
            + more;
        ProcessStartInfo start = new("/bin/sh", ["-c", command, assembly])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetDirectoryName(assembly),
        };
        start.Environment["PushBridge__Clients__MaxConnections"] = DescriptorLimit.Wanted.ToString(
            CultureInfo.InvariantCulture
        );
        // As many clients as come, as fast as they come: what a server spreads over seconds is measured here.
        start.Environment["PushBridge__Clients__MaxConnectsPerSecond"] = "1000000";
        return Process.Start(start) ?? throw new LoadException("cannot start /bin/sh");
    }

    private static void ReadBanner(Process child, Dictionary<string, IPEndPoint> ports)
    {
        while (ports.Count < 2 && child.StandardOutput.ReadLine() is { } line)
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (
                words.Length >= 2
                && words[0] is "clients" or "text"
                && Uri.TryCreate(words[1], UriKind.Absolute, out Uri? url)
            )
            {
                ports[words[0]] = new IPEndPoint(IPAddress.Parse(url.Host), url.Port);
            }
        }
    }

    private static string ServerAssembly()
    {
        for (
            DirectoryInfo? folder = new DirectoryInfo(AppContext.BaseDirectory);
            folder is not null;
            folder = folder.Parent
        )
        {
            if (!File.Exists(Path.Combine(folder.FullName, "PushBridge.sln")))
            {
                continue;
            }
            string assembly = Path.Combine(
                folder.FullName,
                "src/PushBridge.Server/bin/Release/net10.0/PushBridge.Server.dll"
            );
            return File.Exists(assembly)
                ? assembly
                : throw new LoadException(
                    "build the server first: dotnet build -c Release src/PushBridge.Server"
                );
        }
        throw new LoadException(
            "the load program must lie below the folder of PushBridge.sln, or be given --clients, --text and --pid"
        );
    }
}
