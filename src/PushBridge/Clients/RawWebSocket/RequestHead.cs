using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http;
using Microsoft.Extensions.Primitives;
using PushBridge.Security.Authentication;
using HttpVersion = Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http.HttpVersion;

namespace PushBridge.Clients.RawWebSocket;

/// <summary>
/// The head of an HTTP/1 request, read by Kestrel's own parser so that we and it never disagree about what a head says. Keeps
/// the few headers that decide about a WebSocket.
/// </summary>
internal sealed class RequestHead : IHttpRequestLineHandler, IHttpHeadersHandler
{
    private static readonly HttpParser<RequestHead> Parser = new();

    private string method = "";
    private bool isHttp11;
    private StringValues host;
    private StringValues origin;
    private StringValues upgrade;
    private StringValues connection;
    private StringValues key;
    private StringValues version;
    private StringValues authorization;
    private StringValues cookie;
    private StringValues forwardedFor;
    private StringValues forwardedProto;
    private string query = "";

    private RequestHead() { }

    /// <summary>The path without the query, as it was sent.</summary>
    public string Path { get; private set; } = "";

    public int HeaderCount { get; private set; }

    /// <summary>True when a body follows the head: its bytes are not frames.</summary>
    public bool HasBody { get; private set; }

    public UpgradeRequest Upgrade =>
        new(
            method,
            isHttp11,
            host,
            upgrade,
            connection,
            key,
            version,
            new ArrivalHeaders(query, origin, authorization, cookie, forwardedFor, forwardedProto)
        );

    /// <summary>Parses a complete head; null when it is malformed, which Kestrel then answers.</summary>
    public static RequestHead? Parse(ReadOnlySequence<byte> bytes)
    {
        RequestHead head = new();
        SequenceReader<byte> reader = new(bytes);
        try
        {
            return
                Parser.ParseRequestLine(head, ref reader) && Parser.ParseHeaders(head, ref reader)
                ? head
                : null;
        }
        catch (BadHttpRequestException)
        {
            return null;
        }
    }

    public void OnStartLine(
        HttpVersionAndMethod versionAndMethod,
        TargetOffsetPathLength targetPath,
        Span<byte> startLine
    )
    {
        method = Encoding.ASCII.GetString(startLine[..versionAndMethod.MethodEnd]);
        isHttp11 = versionAndMethod.Version == HttpVersion.Http11;
        Path = Encoding.ASCII.GetString(startLine.Slice(targetPath.Offset, targetPath.Length));
        query = Encoding.ASCII.GetString(startLine[(targetPath.Offset + targetPath.Length)..]);
    }

    public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        HeaderCount++;
        if (value.Contains((byte)0))
        {
            throw new BadHttpRequestException("A NUL in a header."); // RFC 9110 section 5.5
        }
        if (Is(name, "Host"u8))
        {
            Add(ref host, value);
        }
        else if (Is(name, "Origin"u8))
        {
            Add(ref origin, value);
        }
        else if (Is(name, "Upgrade"u8))
        {
            Add(ref upgrade, value);
        }
        else if (Is(name, "Connection"u8))
        {
            Add(ref connection, value);
        }
        else if (Is(name, "Content-Length"u8) || Is(name, "Transfer-Encoding"u8))
        {
            HasBody = true;
        }
        else if (Is(name, "Sec-WebSocket-Key"u8))
        {
            Add(ref key, value);
        }
        else if (Is(name, "Sec-WebSocket-Version"u8))
        {
            Add(ref version, value);
        }
        else if (Is(name, "Authorization"u8))
        {
            Add(ref authorization, value);
        }
        else if (Is(name, "Cookie"u8))
        {
            Add(ref cookie, value);
        }
        else if (Is(name, "X-Forwarded-For"u8))
        {
            Add(ref forwardedFor, value);
        }
        else if (Is(name, "X-Forwarded-Proto"u8))
        {
            Add(ref forwardedProto, value);
        }
    }

    public void OnHeadersComplete(bool endStream)
    {
        // Everything is known by then.
    }

    public void OnStaticIndexedHeader(int index) =>
        throw new NotSupportedException("Only HTTP/2 and HTTP/3 have indexed headers.");

    public void OnStaticIndexedHeader(int index, ReadOnlySpan<byte> value) =>
        OnStaticIndexedHeader(index);

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> wanted) =>
        Ascii.EqualsIgnoreCase(name, wanted);

    private static void Add(ref StringValues header, ReadOnlySpan<byte> value) =>
        header = StringValues.Concat(header, Encoding.Latin1.GetString(value));
}
