using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace PushBridge.Hosting.Options;

/// <summary>Holds an options class to its attributes and names every offending key by its full configuration path.</summary>
internal sealed class OptionsValidator<TOptions>(string section) : IValidateOptions<TOptions>
    where TOptions : class
{
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        List<ValidationResult> results = [];
        if (
            Validator.TryValidateObject(
                options,
                new ValidationContext(options),
                results,
                validateAllProperties: true
            )
        )
        {
            return ValidateOptionsResult.Success;
        }
        return ValidateOptionsResult.Fail(
            results.Select(result =>
                $"{section}:{result.MemberNames.FirstOrDefault()}: {result.ErrorMessage}"
            )
        );
    }
}
