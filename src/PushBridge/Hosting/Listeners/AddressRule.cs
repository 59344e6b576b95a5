using System.Net;
using Microsoft.Extensions.Options;

namespace PushBridge.Hosting.Listeners;

/// <summary>
/// Refuses to start with two listeners of ours on one address. A port that other processes share is none that two of ours could: each connection would be for either of them.
/// </summary>
internal sealed class AddressRule(ListenerPlans plans) : IValidateOptions<ServerOptions>
{
    public ValidateOptionsResult Validate(string? name, ServerOptions options)
    {
        IReadOnlyList<ListenerPlan> all;
        try
        {
            all = plans.All(options);
        }
        catch (OptionsValidationException)
        {
            // Other options are wrong; their own validators say so, and nothing is known about the addresses.
            return ValidateOptionsResult.Skip;
        }
        string[] problems =
        [
            .. all.Index()
                .Select(plan => Problem(plan.Item, all.Take(plan.Index)))
                .OfType<string>(),
        ];
        return problems.Length == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(problems);
    }

    private static string? Problem(ListenerPlan plan, IEnumerable<ListenerPlan> before) =>
        before.FirstOrDefault(other => IsSame(other, plan)) is { } first
            ? $"{plan.Path(nameof(plan.Listen))}: {plan.Listen} is taken by {first.Path(nameof(plan.Listen))} ({first.Listen})"
            : null;

    /// <summary>Port 0 is another one each time; what is no address is reported as such.</summary>
    private static bool IsSame(ListenerPlan one, ListenerPlan other) =>
        ListenAddressAttribute.Parse(one.Listen) is { } first and not IPEndPoint { Port: 0 }
        && ListenAddressAttribute.Parse(other.Listen) is { } second
        && AddressOverlap.Between(first, second);
}
