using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace PushBridge.Backends.Http;

/// <summary>How things stand at this moment, as JSON that nobody keeps.</summary>
internal sealed class SnapshotResult<T>(T snapshot, JsonTypeInfo<T> type) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        // A line, as all answers of the API are.
        byte[] json = [.. JsonSerializer.SerializeToUtf8Bytes(snapshot, type), (byte)'\n'];
        HttpResponse response = httpContext.Response;
        response.ContentType = "application/json";
        response.ContentLength = json.Length;
        response.Headers.CacheControl = "no-store";
        return response.Body.WriteAsync(json, httpContext.RequestAborted).AsTask();
    }
}
