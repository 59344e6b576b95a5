using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using PushBridge.Hosting.Options;

namespace PushBridge.Server.Telemetry;

/// <summary>The log on standard output, a line for each event: for people, or as JSON.</summary>
internal static class ConsoleLog
{
    /// <summary>Where systemd connects what is printed to its journal, this names the stream, as device and inode (systemd.exec(5)).</summary>
    private const string JournalVariable = "JOURNAL_STREAM";

    private const string StandardOutput = "/proc/self/fd/1";

    public static void Add(ILoggingBuilder logging)
    {
        logging.AddSimpleConsole(text =>
        {
            text.SingleLine = true;
            text.UseUtcTimestamp = true;
            text.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z '";
        });
        // The journal writes the time itself, and wants to know how bad a line is.
        logging.AddSystemdConsole();
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
                        logs.Value.Format == LogFormat.Json ? ConsoleFormatterNames.Json
                        : IsJournal() ? ConsoleFormatterNames.Systemd
                        : ConsoleFormatterNames.Simple
            );
    }

    /// <summary>Whether standard output is the journal: what is started by a service, a terminal for instance, inherits the variable.</summary>
    private static bool IsJournal() =>
        Environment.GetEnvironmentVariable(JournalVariable)?.Split(':') is [_, var inode]
        && OperatingSystem.IsLinux()
        && new FileInfo(StandardOutput).LinkTarget == $"socket:[{inode}]";
}
