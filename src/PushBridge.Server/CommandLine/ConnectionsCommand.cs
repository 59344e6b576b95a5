using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using PushBridge.Operators;
using PushBridge.Server.Remote;

namespace PushBridge.Server.CommandLine;

/// <summary><c>connections</c>: who is connected, a line for each connection.</summary>
internal sealed class ConnectionsCommand
{
    private readonly Argument<string> query = new("UID")
    {
        Description = "Only uids that begin so",
        DefaultValueFactory = _ => "",
    };
    private readonly Option<int> limit = new("--limit")
    {
        Description = $"How many uids at most, 1 to {UidFinder.MaxLimit}",
        HelpName = "N",
        DefaultValueFactory = _ => UidFinder.DefaultLimit,
    };
    private readonly ServerAccess access = new("HTTP port", "http://127.0.0.1:5679");
    private readonly Option<bool> json = Json.NewOption();

    public ConnectionsCommand()
    {
        Command = new Verb(
            "connections",
            "List the connections of a running server, by uid",
            "pushbridge connections",
            "pushbridge connections user- --limit 500",
            "pushbridge connections --json | jq '.connections[] | select(.queueBytes > 0)'"
        )
        {
            query,
            limit,
        };
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
        using ServerApi api = await access.OpenAsync(result, cancellation);
        string path = string.Create(
            CultureInfo.InvariantCulture,
            $"/api/uids?limit={result.GetValue(limit)}&query={Uri.EscapeDataString(result.GetRequiredValue(query))}"
        );
        UidList uids = api.Read(
            await api.GetAsync(path, cancellation),
            OperatorsJson.Default.UidList
        );
        List<(string Uid, ConnectionDetails Connection)> rows = [];
        bool partial = uids.Partial;
        foreach (UidConnections uid in uids.Uids)
        {
            UidDetails details = await DescribeAsync(api, uid.Uid, cancellation);
            rows.AddRange(details.Connections.Select(connection => (uid.Uid, connection)));
            partial |= details.Partial;
        }
        if (result.GetValue(json))
        {
            Json.Print(writer => WriteJson(writer, rows, partial));
        }
        else
        {
            WriteTable(rows, partial);
            if (rows.Count == 0 && !partial)
            {
                Console.Error.WriteLine(Nobody(result.GetRequiredValue(query)));
            }
        }
        return ExitCode.Success;
    }

    private static string Nobody(string prefix) =>
        prefix.Length == 0
            ? "Nobody is connected."
            : $"Nobody is connected whose uid begins with {prefix}.";

    private static async Task<UidDetails> DescribeAsync(
        ServerApi api,
        string uid,
        CancellationToken cancellation
    ) =>
        // No path can name these two: they mean folders.
        uid is "." or ".."
            ? new UidDetails(true, [], [], Partial: true)
            : api.Read(
                await api.GetAsync(
                    $"/api/uids/{Uri.EscapeDataString(uid)}/connections",
                    cancellation
                ),
                OperatorsJson.Default.UidDetails
            );

    private static void WriteTable(
        List<(string Uid, ConnectionDetails Connection)> rows,
        bool partial
    )
    {
        TextTable table = new("UID", "KIND", "AGE", "QUEUED", "ID");
        foreach ((string uid, ConnectionDetails connection) in rows)
        {
            table.Add(
                uid,
                connection.Kind,
                Figures.Time(connection.AgeSeconds),
                Figures.Bytes(connection.QueueBytes),
                connection.Id
            );
        }
        table.Write(Console.Out);
        if (partial)
        {
            Console.Error.WriteLine("There are more; name a UID or raise --limit.");
        }
    }

    private static void WriteJson(
        Utf8JsonWriter writer,
        List<(string Uid, ConnectionDetails Connection)> rows,
        bool partial
    )
    {
        writer.WriteStartObject();
        writer.WriteStartArray("connections");
        foreach ((string uid, ConnectionDetails connection) in rows)
        {
            writer.WriteStartObject();
            writer.WriteString("uid", uid);
            writer.WriteString("id", connection.Id);
            writer.WriteString("kind", connection.Kind);
            writer.WriteNumber("ageSeconds", connection.AgeSeconds);
            writer.WriteNumber("queueBytes", connection.QueueBytes);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteBoolean("partial", partial);
        writer.WriteEndObject();
    }
}
