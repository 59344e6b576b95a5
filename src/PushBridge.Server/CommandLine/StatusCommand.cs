using System.CommandLine;
using System.Text.Json;
using PushBridge.Backends.Http;
using PushBridge.Hosting.Options;
using PushBridge.Operators;
using PushBridge.Server.Daemon;
using PushBridge.Server.Remote;

namespace PushBridge.Server.CommandLine;

/// <summary><c>status</c>: what a running server is and has done.</summary>
internal sealed class StatusCommand
{
    private readonly ServerAccess access = new("HTTP port", "http://127.0.0.1:5679");
    private readonly Option<bool> json = Json.NewOption();

    public StatusCommand()
    {
        Command = new Verb(
            "status",
            "Say whether a server runs, where it listens, and what it has done",
            "pushbridge status",
            "pushbridge status --json | jq .stats.connections",
            "watch pushbridge status",
            "PushBridge__Backends__Secrets__0=... pushbridge status --server https://push.example.com:5679"
        );
        access.AddTo(Command);
        Command.Options.Add(json);
        Command.SetAction(
            (result, cancellation) =>
                CommandError.GuardAsync(() => PrintAsync(result, cancellation))
        );
    }

    public Command Command { get; }

    private async Task<int> PrintAsync(ParseResult result, CancellationToken cancellation)
    {
        try
        {
            ServerRecord? record = await access.FindAsync(result);
            using ServerApi api = await access.OpenAsync(result, cancellation);
            byte[] answer = await api.GetAsync("/api/stats", cancellation);
            ServerStats stats = api.Read(answer, OperatorsJson.Default.ServerStats);
            IReadOnlyList<PushListener> listeners = api.Read(
                await api.GetAsync("/api/listeners", cancellation),
                ListenersJson.Default.ListenerList
            ).Listeners;
            if (result.GetValue(json))
            {
                Json.Print(writer => WriteJson(writer, record, stats, api, listeners, answer));
            }
            else
            {
                StatusReport.Write(Console.Out, stats, listeners);
            }
            return ExitCode.Success;
        }
        catch (CommandFailedException exception)
            when (exception.ExitCode == ExitCode.NotRunning && result.GetValue(json))
        {
            Console.Out.WriteLine("""{"running":false}""");
            throw;
        }
    }

    private static void WriteJson(
        Utf8JsonWriter writer,
        ServerRecord? record,
        ServerStats stats,
        ServerApi api,
        IReadOnlyList<PushListener> listeners,
        byte[] answer
    )
    {
        writer.WriteStartObject();
        writer.WriteBoolean("running", true);
        writer.WriteString("state", StatusReport.StateOf(stats.Node));
        writer.WriteNumber("pid", stats.Node.Pid);
        writer.WriteString(
            ListenerName.Clients,
            record?.Clients ?? AddressOf(ListenerName.Clients)
        );
        writer.WriteString(ListenerName.Text, record?.Text ?? AddressOf(ListenerName.Text));
        writer.WriteString(
            ListenerName.Http,
            record?.Http ?? AddressOf(ListenerName.Http) ?? api.Name
        );
        writer.WritePropertyName("listeners");
        JsonSerializer.Serialize(
            writer,
            listeners,
            ListenersJson.Default.IReadOnlyListPushListener
        );
        writer.WritePropertyName("stats");
        writer.WriteRawValue(answer);
        writer.WriteEndObject();

        // A server that embeds ours may have none of that name.
        string? AddressOf(string name) =>
            listeners.FirstOrDefault(listener => listener.Name == name) is { } found
                ? StatusReport.AddressOf(found)
                : null;
    }
}
