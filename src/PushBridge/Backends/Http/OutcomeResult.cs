using System.Buffers;
using PushBridge.Commands;

namespace PushBridge.Backends.Http;

/// <summary>An outcome as the text port would say it in JSON; 200 whether somebody was there or not.</summary>
internal sealed class OutcomeResult(Command command, Outcome outcome) : IResult
{
    public Outcome Outcome => outcome;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        ArrayBufferWriter<byte> body = new();
        Replies.Write(command, outcome, body);
        HttpResponse response = httpContext.Response;
        response.ContentType = "application/json";
        response.ContentLength = body.WrittenCount;
        response.Headers.CacheControl = "no-store";
        await response.BodyWriter.WriteAsync(body.WrittenMemory, httpContext.RequestAborted);
    }
}
