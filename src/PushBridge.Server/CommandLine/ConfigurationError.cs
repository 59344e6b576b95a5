using System.Text.Json;
using Microsoft.Extensions.Options;

namespace PushBridge.Server.CommandLine;

/// <summary>Recognizes what is thrown for a configuration that is wrong, and says it in lines.</summary>
internal static class ConfigurationError
{
    /// <summary>A line for each problem; null when the exception is something else.</summary>
    public static IReadOnlyList<string>? Problems(Exception exception) =>
        exception switch
        {
            OptionsValidationException options => [.. options.Failures],
            AggregateException all
                when all.InnerExceptions.All(inner => inner is OptionsValidationException) =>
            [
                .. all
                    .InnerExceptions.Cast<OptionsValidationException>()
                    .SelectMany(inner => inner.Failures)
                    .Distinct(StringComparer.Ordinal),
            ],
            _ => Describe(exception) is { } problem ? [problem] : null,
        };

    /// <summary>What the framework throws for a configuration it cannot read, in one line; null when the exception is something else.</summary>
    public static string? Describe(Exception exception) =>
        exception switch
        {
            // A value of the wrong type: the binder names the key's full path.
            InvalidOperationException
            {
                Source: "Microsoft.Extensions.Configuration.Binder"
            } binding => binding.Message,
            ConfigurationFileException file => file.Message,
            // The program's own file.
            InvalidDataException { InnerException: FormatException or JsonException } file =>
                $"{file.Message} {JsonFault.Describe(file.InnerException!)}",
            _ => null,
        };
}
