using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace PushBridge.FunctionalTests.Observability;

/// <summary>A span as it was exported; its attributes by name.</summary>
internal sealed record ExportedSpan(
    string Name,
    int Kind,
    string TraceId,
    string ParentId,
    IReadOnlyDictionary<string, string> Attributes
);

/// <summary>
/// The receiving end of OTLP, over HTTP/1.1 with protobuf bodies or over gRPC, on a free port. Keeps everything that arrives.
/// </summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private const int GrpcPrefix = 5;

    private readonly WebApplication app;
    private readonly ConcurrentQueue<(string Path, byte[] Body)> exports = new();

    private OtlpCollector(HttpProtocols protocols)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocols)
        );
        app = builder.Build();
        app.Run(
            protocols == HttpProtocols.Http2
                ? AnswerCallAsync
                : context => ReceiveAsync(context, skip: 0)
        );
    }

    public string Url => app.Urls.Single();

    public static Task<OtlpCollector> OverHttpAsync() => StartAsync(HttpProtocols.Http1);

    public static Task<OtlpCollector> OverGrpcAsync() => StartAsync(HttpProtocols.Http2);

    public IEnumerable<string> Paths => exports.Select(export => export.Path);

    /// <summary>Everything that arrived, as text in which a string that was sent can be found.</summary>
    public string Everything =>
        string.Concat(exports.Select(export => Encoding.Latin1.GetString(export.Body)));

    /// <summary>The attributes of the process that sent it.</summary>
    public IReadOnlyDictionary<string, string> Resource => Attributes(Of("").First(), 1, 1, 1);

    public IReadOnlyCollection<ExportedSpan> Spans =>
        [
            .. Of("trace")
                .SelectMany(export => export.All(1, 2, 2))
                .Select(span => new ExportedSpan(
                    span.Text(5),
                    (int)span.Number(6),
                    span.Hex(1),
                    span.Hex(4),
                    Attributes(span, 9)
                )),
        ];

    /// <summary>The points of a metric in the last export that has it: the labels, and the value or the number of measurements.</summary>
    public IReadOnlyDictionary<string, long> Points(string metric)
    {
        ProtobufMessage? last = Of("metrics")
            .SelectMany(export => export.All(1, 2, 2))
            .LastOrDefault(exported => exported.Text(1) == metric);
        if (last is null)
        {
            return new Dictionary<string, long>();
        }
        const int Sum = 7;
        const int Histogram = 9;
        return last.Has(Histogram)
            ? last.All(Histogram, 1).ToDictionary(point => Labels(point, 9), Count(4))
            : last.All(Sum, 1).ToDictionary(point => Labels(point, 7), Count(6));

        static Func<ProtobufMessage, long> Count(int field) => point => (long)point.Number(field);
    }

    public IReadOnlyCollection<string> Metrics =>
        [
            .. Of("metrics")
                .SelectMany(export => export.All(1, 2, 2))
                .Select(metric => metric.Text(1))
                .Distinct(),
        ];

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private static async Task<OtlpCollector> StartAsync(HttpProtocols protocols)
    {
        OtlpCollector collector = new(protocols);
        await collector.app.StartAsync();
        return collector;
    }

    private static string Labels(ProtobufMessage point, int field) =>
        string.Join(
            ',',
            Attributes(point, field).Select(attribute => $"{attribute.Key}={attribute.Value}")
        );

    private static Dictionary<string, string> Attributes(
        ProtobufMessage message,
        int field,
        params int[] path
    ) =>
        message
            .All(field, path)
            .ToDictionary(
                attribute => attribute.Text(1),
                attribute =>
                {
                    ProtobufMessage value = attribute.All(2).Single();
                    return value.Has(1) ? value.Text(1) : $"{value.Number(3)}";
                }
            );

    private IEnumerable<ProtobufMessage> Of(string signal) =>
        exports
            .Where(export => export.Path.Contains(signal, StringComparison.OrdinalIgnoreCase))
            .Select(export => new ProtobufMessage(export.Body));

    private async Task AnswerCallAsync(HttpContext context)
    {
        await ReceiveAsync(context, GrpcPrefix);
        context.Response.ContentType = "application/grpc";
        context.Response.DeclareTrailer("grpc-status");
        await context.Response.Body.WriteAsync(new byte[GrpcPrefix]);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    private async Task ReceiveAsync(HttpContext context, int skip)
    {
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body);
        byte[] bytes = body.ToArray();
        if (skip > 0)
        {
            BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(1)).Should().Be(bytes.Length - skip);
        }
        exports.Enqueue((context.Request.Path, bytes[skip..]));
    }
}
