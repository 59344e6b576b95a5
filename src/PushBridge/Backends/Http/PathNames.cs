using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace PushBridge.Backends.Http;

/// <summary>
/// Reads a name out of the path as it was sent. The server decodes every escape of a path but <c>%2F</c>, so that the uid <c>a/b</c>
/// could not be told from the uid <c>a%2Fb</c>; the request's own target can.
/// </summary>
internal static class PathNames
{
    /// <param name="context">The request, already routed.</param>
    /// <param name="parameter">The route parameter.</param>
    /// <param name="routed">What routing made of it: used where the path was rewritten on its way here.</param>
    /// <returns>Null when the segment does not decode to UTF-8.</returns>
    public static string? Exact(HttpContext context, string parameter, string routed)
    {
        string target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        string path = target.Split('?', 2)[0];
        string[] segments = (path.EndsWith('/') ? path[..^1] : path).Split('/');
        int fromEnd = FromEnd(context, parameter);
        if (fromEnd == 0 || fromEnd > segments.Length)
        {
            return routed;
        }
        string? name = Decode(segments[^fromEnd]);
        return name is null || IsSame(name, routed) ? name : routed;
    }

    private static bool IsSame(string name, string routed) =>
        name.Replace("/", "%2F", StringComparison.Ordinal)
            .Equals(
                routed.Replace("/", "%2F", StringComparison.Ordinal),
                StringComparison.OrdinalIgnoreCase
            );

    private static int FromEnd(HttpContext context, string parameter)
    {
        IReadOnlyList<RoutePatternPathSegment> pattern =
            (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.PathSegments ?? [];
        for (int i = 0; i < pattern.Count; i++)
        {
            if (
                pattern[i].Parts is [RoutePatternParameterPart part]
                && part.Name.Equals(parameter, StringComparison.OrdinalIgnoreCase)
            )
            {
                return pattern.Count - i;
            }
        }
        return 0;
    }

    private static string? Decode(string segment)
    {
        byte[] bytes = new byte[segment.Length];
        int length = 0;
        for (int i = 0; i < segment.Length; i++)
        {
            if (segment[i] != '%')
            {
                bytes[length++] = (byte)segment[i];
            }
            else if (
                i + 2 < segment.Length
                && char.IsAsciiHexDigit(segment[i + 1])
                && char.IsAsciiHexDigit(segment[i + 2])
            )
            {
                bytes[length++] = Convert.FromHexString(segment.AsSpan(i + 1, 2))[0];
                i += 2;
            }
            else
            {
                return null;
            }
        }
        ReadOnlySpan<byte> utf8 = bytes.AsSpan(0, length);
        return System.Text.Unicode.Utf8.IsValid(utf8) ? Encoding.UTF8.GetString(utf8) : null;
    }
}
