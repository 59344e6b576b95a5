using System.Diagnostics;
using PushBridge.Commands;

namespace PushBridge.Backends.Http;

/// <summary>Records a command of the API as a span, when somebody records spans; the door has let the backend in before.</summary>
internal static class TracedCommand
{
    public static ValueTask<object?> InvokeAsync(
        EndpointFilterInvocationContext call,
        EndpointFilterDelegate next
    ) => CommandTrace.IsOn ? RecordAsync(call, next) : next(call);

    private static async ValueTask<object?> RecordAsync(
        EndpointFilterInvocationContext call,
        EndpointFilterDelegate next
    )
    {
        HttpContext context = call.HttpContext;
        string command = context.GetEndpoint()!.Metadata.GetRequiredMetadata<ApiOperation>().Id;
        using Activity? span = CommandTrace.Start(command, context.Request.Headers);
        object? result = await next(call);
        if (span is not null)
        {
            Finish(span, result);
        }
        return result;
    }

    private static void Finish(Activity span, object? result)
    {
        switch (result)
        {
            case OutcomeResult { Outcome: { Ok: true } outcome }:
                CommandTrace.Finish(span, "ok", outcome.Connections);
                break;
            case OutcomeResult { Outcome.Reason: var reason }:
                CommandTrace.Finish(span, Replies.NameOf(reason));
                break;
            case IStatusCodeHttpResult { StatusCode: { } status }:
                CommandTrace.Finish(span, $"http_{status}");
                break;
        }
    }
}
