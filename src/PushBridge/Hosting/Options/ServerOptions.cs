using System.ComponentModel.DataAnnotations;

namespace PushBridge.Hosting.Options;

/// <summary>The server as a whole. Section <c>PushBridge</c>.</summary>
public sealed class ServerOptions : IValidatableObject
{
    internal const string Section = "PushBridge";

    /// <summary>
    /// Starts although strangers could push, or be whoever they say they are: a listener that other machines reach, without what keeps them
    /// out. Says so in the log again and again. Default false.
    /// </summary>
    public bool Insecure { get; set; }

    /// <summary>
    /// Lets other processes listen on the addresses of <c>Clients:Listen</c>, <c>Text:Listen</c> and <c>Http:Listen</c>, if they say so too: to start a new
    /// server before the old one ends. Linux only. Default false: the second process says that the address is in use, and ends.
    /// </summary>
    public bool ReusePort { get; set; }

    /// <summary>
    /// Listeners besides the three that <c>Clients:Listen</c>, <c>Text:Listen</c> and <c>Http:Listen</c> open, by name. Changes of the configuration
    /// take effect while the server runs. Default none.
    /// </summary>
    public IDictionary<string, ListenerOptions> Listeners { get; } =
        new Dictionary<string, ListenerOptions>(ListenerName.Comparer);

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (ReusePort && !OperatingSystem.IsLinux())
        {
            yield return new ValidationResult(
                "ports are shared on Linux only",
                [nameof(ReusePort)]
            );
        }
        foreach (string name in Listeners.Keys)
        {
            if (ListenerName.ProblemOf(name) is { } problem)
            {
                yield return new ValidationResult(problem, [$"{nameof(Listeners)}:{name}"]);
            }
        }
    }
}
