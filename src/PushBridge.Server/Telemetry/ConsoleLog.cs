using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using PushBridge.Hosting.Options;

namespace PushBridge.Server.Telemetry;

/// <summary>The log on standard output, a line for each event: for people, or as JSON.</summary>
internal static class ConsoleLog
{
    /// <summary>Where systemd connects what is printed to its journal, this names the stream (systemd.exec(5)).</summary>
    public const string JournalVariable = "JOURNAL_STREAM";

    public static void Add(ILoggingBuilder logging)
    {
        logging.AddSimpleConsole(text =>
        {
            text.SingleLine = true;
            text.UseUtcTimestamp = true;
            // The journal writes the time itself.
            text.TimestampFormat = string.IsNullOrEmpty(
                Environment.GetEnvironmentVariable(JournalVariable)
            )
                ? "yyyy-MM-dd'T'HH:mm:ss.fff'Z '"
                : null;
        });
        logging.AddJsonConsole(json =>
        {
            json.TimestampFormat = "O";
            json.UseUtcTimestamp = true;
            // Nothing here is read as HTML, and an apostrophe should be one.
            json.JsonWriterOptions = new JsonWriterOptions
            {
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            };
        });
        logging
            .Services.AddOptions<ConsoleLoggerOptions>()
            .Configure<IOptions<LogOptions>>(
                (console, logs) =>
                    console.FormatterName =
                        logs.Value.Format == LogFormat.Json
                            ? ConsoleFormatterNames.Json
                            : ConsoleFormatterNames.Simple
            );
    }
}
