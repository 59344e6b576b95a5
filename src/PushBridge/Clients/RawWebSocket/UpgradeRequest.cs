using Microsoft.Extensions.Primitives;
using PushBridge.Security.Authentication;

namespace PushBridge.Clients.RawWebSocket;

/// <summary>What a request says about a WebSocket handshake (RFC 6455 section 4.2.1), wherever its head was parsed.</summary>
internal readonly record struct UpgradeRequest(
    string Method,
    bool IsHttp11,
    StringValues Host,
    StringValues Upgrade,
    StringValues Connection,
    StringValues Key,
    StringValues Version,
    ArrivalHeaders Arrival
)
{
    /// <summary>True when the client asks for a WebSocket, well or badly.</summary>
    public bool IsWebSocket => HasToken(Upgrade, "websocket");

    /// <summary>True when a comma-separated header has the token, in any case.</summary>
    public static bool HasToken(StringValues header, string token)
    {
        foreach (string? line in header)
        {
            ReadOnlySpan<char> text = line;
            foreach (Range part in text.Split(','))
            {
                if (text[part].Trim(" \t").Equals(token, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
        }
        return false;
    }
}
