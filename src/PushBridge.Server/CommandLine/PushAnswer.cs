using System.CommandLine;
using System.Text;
using System.Text.Json;
using PushBridge.Server.Remote;

namespace PushBridge.Server.CommandLine;

/// <summary>Sends a command and says what became of it: exit code 0 when the server answers ok, else 1 with the reason.</summary>
internal sealed class PushAnswer
{
    private readonly ServerAccess access = new("HTTP port", "http://127.0.0.1:5679");
    private readonly Option<bool> json = Json.NewOption();

    public void AddTo(Command command)
    {
        access.AddTo(command);
        command.Options.Add(json);
    }

    /// <param name="result">What was typed.</param>
    /// <param name="addressee">Whom it was for, for people.</param>
    /// <param name="write">Writes the command's members.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<int> SendAsync(
        ParseResult result,
        string addressee,
        Action<Utf8JsonWriter> write,
        CancellationToken cancellation
    )
    {
        using ServerApi api = await access.OpenAsync(result, cancellation);
        byte[] answer = await api.ExecuteAsync(LineOf(write), cancellation);
        using JsonDocument reply = Parse(api, answer);
        bool ok = reply.RootElement.TryGetProperty("ok", out JsonElement said) && said.GetBoolean();
        string? reason = reply.RootElement.TryGetProperty("reason", out JsonElement why)
            ? why.GetString()
            : null;
        if (result.GetValue(json))
        {
            Console.Out.WriteLine(Encoding.UTF8.GetString(answer).TrimEnd());
        }
        else if (ok)
        {
            long connections = reply.RootElement.TryGetProperty(
                "connections",
                out JsonElement count
            )
                ? count.GetInt64()
                : 0;
            Console.Out.WriteLine(
                $"ok: {Figures.Count(connections)} connection{(connections == 1 ? "" : "s")}"
            );
        }
        return ok
            ? ExitCode.Success
            : CommandError.Report(ExitCode.Failure, Describe(reason, addressee));
    }

    private static byte[] LineOf(Action<Utf8JsonWriter> write)
    {
        using MemoryStream line = new();
        using (Utf8JsonWriter writer = new(line))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }
        return line.ToArray();
    }

    private static JsonDocument Parse(ServerApi api, byte[] answer)
    {
        try
        {
            return JsonDocument.Parse(answer);
        }
        catch (JsonException)
        {
            throw new CommandFailedException(
                ExitCode.Failure,
                $"{api.Name}: the answer is not a PushBridge server's"
            );
        }
    }

    private static string Describe(string? reason, string addressee) =>
        "not delivered: "
        + reason switch
        {
            "offline" => $"{addressee} is not connected (offline)",
            "bad_request" =>
                "the server does not accept that uid, or a value of that size (bad_request)",
            "overloaded" =>
                $"the clients of {addressee} do not read and are being cut (overloaded)",
            "unavailable" =>
                "other nodes did not answer in time; it may still arrive (unavailable)",
            "draining" => "the server is shutting down (draining)",
            _ => reason ?? "the server does not say why",
        };
}
