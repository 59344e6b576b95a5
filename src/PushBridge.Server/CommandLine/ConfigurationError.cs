using System.Text.Json;

namespace PushBridge.Server.CommandLine;

/// <summary>Recognizes what the framework throws for a configuration it cannot read, and says it in one line.</summary>
internal static class ConfigurationError
{
    /// <summary>The problem in one line; null when the exception is something else.</summary>
    public static string? Describe(Exception exception) =>
        exception switch
        {
            // A value of the wrong type: the binder names the key's full path.
            InvalidOperationException
            {
                Source: "Microsoft.Extensions.Configuration.Binder"
            } binding => binding.Message,
            InvalidDataException { InnerException: FormatException or JsonException } file =>
                $"{file.Message} {file.InnerException!.Message}",
            FileNotFoundException missing => missing.Message,
            _ => null,
        };
}
