using Microsoft.Extensions.Options;

namespace PushBridge.Hosting.Keys;

/// <summary>Validates an area's options by what the configuration says now, whatever they are for the running server.</summary>
internal interface IAreaCheck
{
    /// <summary>A line for each problem.</summary>
    IEnumerable<string> Problems();
}

/// <inheritdoc/>
internal sealed class AreaCheck<TOptions>(IOptionsFactory<TOptions> factory) : IAreaCheck
    where TOptions : class
{
    public IEnumerable<string> Problems()
    {
        try
        {
            factory.Create(Microsoft.Extensions.Options.Options.DefaultName);
            return [];
        }
        catch (OptionsValidationException exception)
        {
            return exception.Failures;
        }
    }
}
