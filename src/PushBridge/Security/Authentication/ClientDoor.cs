using System.Net;
using PushBridge.Connections;

namespace PushBridge.Security.Authentication;

/// <summary>
/// Who may come in as a client, the same for every kind: the origin and the host (403), the limits on connecting (429, 503),
/// and, once it is in, who it is.
/// </summary>
internal sealed class ClientDoor(
    OriginPolicy origins,
    AdmissionGate gate,
    ArrivalReader arrivals,
    IClientAuthenticator authenticator
)
{
    /// <summary>How a request arrived, in the terms of HTTP.</summary>
    public Arrival Read(HttpContext context) => arrivals.Read(context);

    /// <inheritdoc cref="ArrivalReader.Read(in ArrivalHeaders, IPAddress?, bool, ListenerFeature?)"/>
    public Arrival Read(
        in ArrivalHeaders headers,
        IPAddress? remote,
        bool isTls,
        ListenerFeature? listener
    ) => arrivals.Read(headers, remote, isTls, listener);

    /// <summary>The HTTP status that refuses the request; null lets it in.</summary>
    /// <param name="host">The Host header.</param>
    /// <param name="arrival">How the client arrived.</param>
    /// <param name="isNew">False for a further request of a client that is in.</param>
    public int? Refuse(string host, Arrival arrival, bool isNew)
    {
        if (!origins.Allows(host, arrival.Origin, arrival.IsTls, arrival.Listener?.Address))
        {
            return StatusCodes.Status403Forbidden;
        }
        return !isNew
            ? null
            : gate.Ask(arrival.Address) switch
            {
                Admission.Unavailable => StatusCodes.Status503ServiceUnavailable,
                Admission.TooManyRequests => StatusCodes.Status429TooManyRequests,
                _ => null,
            };
    }

    public Hello Greet(Arrival arrival) => new(authenticator, arrival);
}
