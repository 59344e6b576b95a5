using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace PushBridge.Client;

/// <summary>Reports every wrong option at once, each by its name.</summary>
internal sealed class PushClientOptionsValidator : IValidateOptions<PushClientOptions>
{
    public ValidateOptionsResult Validate(string? name, PushClientOptions options)
    {
        string[] problems = Problems(options);
        return problems.Length == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                problems.Select(problem => $"{PushClientOptions.Section}: {problem}")
            );
    }

    public static string[] Problems(PushClientOptions options)
    {
        List<ValidationResult> results = [];
        Validator.TryValidateObject(
            options,
            new ValidationContext(options),
            results,
            validateAllProperties: true
        );
        return
        [
            .. results.Select(result => result.ErrorMessage ?? ""),
            .. new ServerTls(options).Problem() is { } problem ? [problem] : (string[])[],
            .. options.TimeProvider is null ? ["TimeProvider must not be null."] : (string[])[],
        ];
    }
}
