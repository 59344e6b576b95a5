using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Microsoft.Extensions.Options;

namespace PushBridge.Hosting.Options;

/// <summary>
/// Holds an options class, and the options within it, to their attributes and names every offending key by its full
/// configuration path.
/// </summary>
internal sealed class OptionsValidator<TOptions>(string section) : IValidateOptions<TOptions>
    where TOptions : class
{
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        string[] problems = [.. Problems(section, options)];
        return problems.Length == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(problems);
    }

    /// <summary>What is wrong with the options, a line for each key below the path.</summary>
    public static IEnumerable<string> Problems(string path, object options)
    {
        List<ValidationResult> results = [];
        foreach (PropertyInfo property in options.GetType().GetProperties())
        {
            // One each: a context keeps the name that it has once given to a message.
            ValidationContext context = new(options) { MemberName = property.Name };
            Validator.TryValidateProperty(property.GetValue(options), context, results);
        }
        // Both at once, unlike the framework, which asks the object itself only when no attribute has complained.
        results.AddRange(
            (options as IValidatableObject)?.Validate(new ValidationContext(options)) ?? []
        );
        return results
            .Select(result =>
                $"{path}:{result.MemberNames.FirstOrDefault()}: {result.ErrorMessage}"
            )
            .Concat(options.GetType().GetProperties().SelectMany(p => Within(path, p, options)));
    }

    private static IEnumerable<string> Within(string path, PropertyInfo property, object options)
    {
        path = $"{path}:{property.Name}";
        object? value = property.GetValue(options);
        return value switch
        {
            not null when IsOurs(property.PropertyType) => Problems(path, value),
            IDictionary named => named
                .Keys.Cast<string>()
                .Where(key => IsOurs(named[key]!.GetType()))
                .SelectMany(key => Problems($"{path}:{key}", named[key]!)),
            IEnumerable list and not string => list.Cast<object>()
                .Index()
                .Where(entry => IsOurs(entry.Item.GetType()))
                .SelectMany(entry => Problems($"{path}:{entry.Index}", entry.Item)),
            _ => [],
        };
    }

    private static bool IsOurs(Type type) =>
        type is { IsClass: true } && type.Namespace == typeof(ClientOptions).Namespace;
}
