using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace PushBridge.Backends.Http;

/// <summary>Reads what a request carries, within our own limits instead of the web server's.</summary>
internal static class RequestBody
{
    private static readonly string[] Json = ["application/json"];
    private static readonly string[] Lines = ["application/x-ndjson", "application/json"];

    /// <summary>The refusal of a body that is declared to be something else; null when it is JSON in UTF-8.</summary>
    public static IResult? RefuseType(HttpRequest request, bool isStream)
    {
        string[] types = isStream ? Lines : Json;
        bool isOurs =
            MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type)
            && types.Contains(type.MediaType.ToString(), StringComparer.OrdinalIgnoreCase)
            && (
                !type.Charset.HasValue
                || HeaderUtilities
                    .RemoveQuotes(type.Charset)
                    .Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            );
        return isOurs
            ? null
            : ApiProblem.Of(
                StatusCodes.Status415UnsupportedMediaType,
                $"The Content-Type must be {string.Join(" or ", types)}, in UTF-8."
            );
    }

    /// <summary>Takes the web server's limit away, which would answer in a way of its own; ours is smaller.</summary>
    public static void Unlimit(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }
    }

    /// <summary>The whole body, or null when it is longer than the limit; then the rest of it is not read.</summary>
    public static async ValueTask<ReadOnlySequence<byte>?> ReadAsync(
        HttpContext context,
        int maxBytes
    )
    {
        if (context.Request.ContentLength > maxBytes)
        {
            return null;
        }
        PipeReader reader = context.Request.BodyReader;
        while (true)
        {
            ReadResult read = await ReadNextAsync(context, reader);
            if (read.Buffer.Length > maxBytes)
            {
                reader.AdvanceTo(read.Buffer.Start);
                return null;
            }
            if (read.IsCompleted)
            {
                return read.Buffer;
            }
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static async ValueTask<ReadResult> ReadNextAsync(HttpContext context, PipeReader reader)
    {
        try
        {
            return await ReadAsync(reader, context.RequestAborted);
        }
        catch (ConnectionResetException)
        {
            // The web server may not know yet, and must not read on.
            context.Abort();
            throw;
        }
    }

    /// <summary>The next read. A chunk size beyond all bounds is the sender's fault like every other malformed one, hence 400 and no error of ours.</summary>
    public static async ValueTask<ReadResult> ReadAsync(
        PipeReader reader,
        CancellationToken cancellation = default
    )
    {
        try
        {
            return await reader.ReadAsync(cancellation);
        }
        catch (IOException exception) when (exception.InnerException is OverflowException)
        {
            throw new BadHttpRequestException("Bad chunk size.", exception);
        }
    }
}
