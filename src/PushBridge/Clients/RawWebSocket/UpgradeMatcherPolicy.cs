using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;

namespace PushBridge.Clients.RawWebSocket;

/// <summary>Marks an endpoint that answers WebSocket handshakes only.</summary>
internal sealed class UpgradeOnly;

/// <summary>
/// Takes <see cref="UpgradeOnly"/> endpoints out of the selection for every other request, so that raw WebSocket clients and
/// an application's page can share a path.
/// </summary>
internal sealed class UpgradeMatcherPolicy : MatcherPolicy, IEndpointSelectorPolicy
{
    public override int Order => 0;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) =>
        endpoints.Any(IsUpgradeOnly);

    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        bool isUpgrade = RawWebSocketEndpoint.IsUpgrade(httpContext);
        for (int i = 0; i < candidates.Count; i++)
        {
            if (
                candidates.IsValidCandidate(i)
                && !isUpgrade
                && IsUpgradeOnly(candidates[i].Endpoint)
            )
            {
                candidates.SetValidity(i, value: false);
            }
        }
        return Task.CompletedTask;
    }

    private static bool IsUpgradeOnly(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<UpgradeOnly>() is not null;
}
