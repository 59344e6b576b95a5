using PushBridge.Hosting.Options;

namespace PushBridge.Server.Remote;

/// <summary>Asks the HTTP port of a server on this machine for its health, which is no secret: whom the port's certificate names does not matter.</summary>
/// <param name="address">The port.</param>
/// <param name="trust">What is shown to it.</param>
/// <param name="patience">How long it may take to answer.</param>
internal sealed class HealthProbe(Uri address, ServerTrust trust, TimeSpan patience)
{
    /// <summary>Whether the answer is a good one, and its text; null when there is none.</summary>
    public async Task<(bool IsGood, string Text)?> AskAsync(
        string path,
        CancellationToken cancellation
    )
    {
        try
        {
            using HttpClient client = new(trust.NewHandlerForAnybody())
            {
                BaseAddress = address,
                Timeout = patience,
            };
            using HttpResponseMessage response = await client.GetAsync(path, cancellation);
            return (
                response.IsSuccessStatusCode,
                await response.Content.ReadAsStringAsync(cancellation)
            );
        }
        catch (Exception exception)
            when (exception is HttpRequestException or OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Where the configuration says that a server answers on HTTP; null when it names no port.</summary>
    public static Uri? AddressOf(HttpOptions http) =>
        ListenAddressAttribute.TryParse(http.Listen, out System.Net.IPEndPoint endPoint)
        && endPoint.Port != 0
            ? new Uri($"{(http.Certificate.IsSet ? "https" : "http")}://{Reachable.Of(endPoint)}")
            : null;
}
