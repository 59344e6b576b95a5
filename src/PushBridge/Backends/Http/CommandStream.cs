using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;
using PushBridge.Commands;

namespace PushBridge.Backends.Http;

/// <summary>
/// Many commands in one request, answered while they come: the body is never held, only the line that is under way and the
/// replies of one read. A backend that does not take its replies is read no further.
/// </summary>
internal sealed class CommandStream(
    CommandExecutor executor,
    ServerMetrics metrics,
    IOptions<TextOptions> text,
    IHostApplicationLifetime lifetime,
    TimeProvider time
)
{
    public const string ContentType = "application/x-ndjson";

    /// <summary>After this long without a byte the stream is at its end.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    /// <summary>How long a backend that still sends when its stream has ended is listened to, so that it gets the answer.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    public async Task ServeAsync(HttpContext context)
    {
        Prepare(context);
        PipeReader reader = context.Request.BodyReader;
        CommandBatch batch = new(executor, metrics, text.Value.MaxLineBytes);
        await using ITimer patience = time.CreateTimer(
            _ => reader.CancelPendingRead(),
            null,
            Silence,
            Timeout.InfiniteTimeSpan
        );
        // What has arrived is executed and answered when the server drains, and the stream ends there.
        await using CancellationTokenRegistration drain = lifetime.ApplicationStopping.Register(
            reader.CancelPendingRead
        );
        try
        {
            while (await TurnAsync(reader, batch, context.Response.BodyWriter))
            {
                patience.Change(Silence, Timeout.InfiniteTimeSpan);
            }
            await EndAsync(context);
        }
        catch (Exception exception)
            when (exception is ConnectionResetException or ConnectionAbortedException
                || context.RequestAborted.IsCancellationRequested
            )
        {
            // The backend is gone; the line it was sending may be half a line and was not executed. The web server may not know yet, and must not read on.
            context.Abort();
        }
        catch (BadHttpRequestException) when (context.Response.HasStarted)
        {
            // Malformed behind lines that are answered: the answer breaks off, and the rest was not executed.
            context.Abort();
        }
    }

    /// <summary>
    /// Ends the answer and reads on for a moment. Left to itself the web server would wait for the rest of the body for so long
    /// that a silent backend could hold up the server's own end.
    /// </summary>
    private async Task EndAsync(HttpContext context)
    {
        await context.Response.CompleteAsync();
        using CancellationTokenSource timeout = new(Linger, time);
        try
        {
            PipeReader reader = context.Request.BodyReader;
            ReadResult read;
            do
            {
                read = await reader.ReadAsync(timeout.Token);
                reader.AdvanceTo(read.Buffer.End);
            } while (!read.IsCompleted);
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
    }

    private static void Prepare(HttpContext context)
    {
        RequestBody.Unlimit(context);
        // A stream may pause for longer than an upload may.
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        context.Response.ContentType = ContentType;
        context.Response.Headers.CacheControl = "no-store";
    }

    /// <summary>Reads once, executes, delivers, answers. False at the end.</summary>
    private static async ValueTask<bool> TurnAsync(
        PipeReader reader,
        CommandBatch batch,
        PipeWriter writer
    )
    {
        ReadResult read = await RequestBody.ReadAsync(reader);
        (BatchStatus status, ReadOnlySequence<byte> rest) = await batch.ExecuteAsync(
            read.Buffer,
            read.IsCompleted
        );
        reader.AdvanceTo(rest.Start, status == BatchStatus.NeedsMore ? rest.End : rest.Start);
        if (batch.Replies.WrittenCount > 0)
        {
            await writer.WriteAsync(batch.Replies.WrittenMemory);
            batch.Replies.ResetWrittenCount();
        }
        return status switch
        {
            BatchStatus.NeedsMore => !read.IsCompleted && !read.IsCanceled,
            BatchStatus.RepliesFull => true,
            _ => false,
        };
    }
}
