using System.Text;

namespace PushBridge.FunctionalTests.Peers;

/// <summary>What the server answered to a handshake: everything before the first frame.</summary>
internal sealed record WebSocketPeerResponse(
    int Status,
    string StatusLine,
    IReadOnlyList<(string Name, string Value)> Headers,
    byte[] Body
)
{
    internal string BodyText => Encoding.UTF8.GetString(Body);

    internal string? this[string name] =>
        Headers.FirstOrDefault(h => h.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    internal bool Has(string name) => this[name] is not null;

    internal static WebSocketPeerResponse Parse(string head)
    {
        head.Should().StartWith("HTTP/1.1 ", "a response comes before any frame");
        var lines = head.Split("\r\n");
        var headers =
            from line in lines.Skip(1)
            let colon = line.IndexOf(':', StringComparison.Ordinal)
            select (line[..colon], line[(colon + 1)..].Trim());
        return new(int.Parse(lines[0].Split(' ')[1]), lines[0], [.. headers], []);
    }
}
