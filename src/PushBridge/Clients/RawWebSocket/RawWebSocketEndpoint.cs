using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using PushBridge.Connections;
using PushBridge.Security.Authentication;

namespace PushBridge.Clients.RawWebSocket;

/// <summary>
/// Raw WebSocket clients in an application whose listeners are not ours: through the HTTP upgrade, with the same handshake
/// rules and the same connection as the middleware, at the price of the HTTP objects.
/// </summary>
internal sealed class RawWebSocketEndpoint(
    Handshake handshake,
    ClientDoor door,
    ClientServices services
)
{
    private static readonly StreamPipeReaderOptions ReaderOptions = new(useZeroByteReads: true);

    /// <summary>True when the request asks for a WebSocket and the server can give it one.</summary>
    public static bool IsUpgrade(HttpContext context) =>
        Describe(context.Request).IsWebSocket
        && context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true };

    public async Task ServeAsync(HttpContext context)
    {
        UpgradeRequest request = Describe(context.Request);
        Arrival arrival = door.Read(context);
        if (handshake.Decide(request, arrival) is { } refusal)
        {
            services.Metrics.Refused(refusal.Status);
            Refuse(context.Response, refusal);
            return;
        }
        IPAddress? address = arrival.Address;
        try
        {
            await UpgradeAsync(
                context,
                Handshake.Accept(request.Key.ToString()),
                door.Greet(arrival)
            );
        }
        finally
        {
            services.Gate.Leave(address);
        }
    }

    private async Task UpgradeAsync(HttpContext context, string accept, Hello hello)
    {
        context.Response.Headers.Upgrade = "websocket";
        context.Response.Headers.Connection = "Upgrade";
        context.Response.Headers.SecWebSocketAccept = accept;
        await using Stream stream = await context
            .Features.GetRequiredFeature<IHttpUpgradeFeature>()
            .UpgradeAsync();
        PipeReader input = PipeReader.Create(stream, ReaderOptions);
        PipeFrameWriter writer = new(PipeWriter.Create(stream));
        RawConnection client = new(context.Connection.Id, input, writer, hello, services);
        await client.RunAsync();
        await client.ReleaseAsync(context.Abort);
        await input.CompleteAsync();
    }

    private static UpgradeRequest Describe(HttpRequest request) =>
        new(
            request.Method,
            HttpProtocol.IsHttp11(request.Protocol),
            request.Headers.Host,
            request.Headers.Upgrade,
            request.Headers.Connection,
            request.Headers.SecWebSocketKey,
            request.Headers.SecWebSocketVersion,
            ArrivalHeaders.Of(request)
        );

    private static void Refuse(HttpResponse response, Refusal refusal)
    {
        response.StatusCode = refusal.Status;
        if (refusal.Header?.Split(": ", 2) is [var name, var value])
        {
            response.Headers.Append(name, new StringValues(value));
        }
    }
}
