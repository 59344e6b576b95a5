using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Hostile.Steps;

/// <summary>What HTTP clients do and see.</summary>
internal static class Web
{
    private static readonly Dictionary<int, (string Title, string Section)> Problems = new()
    {
        [400] = ("Bad Request", "15.5.1"),
        [403] = ("Forbidden", "15.5.4"),
        [404] = ("Not Found", "15.5.5"),
        [405] = ("Method Not Allowed", "15.5.6"),
        [408] = ("Request Timeout", "15.5.9"),
        [413] = ("Payload Too Large", "15.5.14"),
        [415] = ("Unsupported Media Type", "15.5.16"),
    };

    /// <summary>The connection goes on: the next request on it is answered, and nothing comes before its answer.</summary>
    internal static Step Works { get; } =
        async peer =>
        {
            await Request("GET /health/live")(peer);
            await Answer(200, "live\n")(peer);
        };

    /// <summary>A request line without its version, headers without a line end, and a body.</summary>
    internal static Step Request(string line, string headers = "", string? body = null) =>
        peer =>
        {
            string length = body is null ? "" : $"Content-Length: {peer.Fill(body).Length}\r\n";
            return Common.SendRudely(
                $"{line} HTTP/1.1\r\nHost: $HOST\r\n{Lines(headers)}{length}\r\n{body}"
            )(peer);
        };

    /// <summary>The next answer; null stands for any body.</summary>
    internal static Step Answer(int status, string? body = null) =>
        async peer =>
        {
            WebSocketPeerResponse answer = await peer.Wire.ReadResponseAsync();
            answer.Status.Should().Be(status, "{0} {1}", answer.StatusLine, answer.BodyText);
            if (body is not null)
            {
                answer.BodyText.Should().Be(peer.Fill(body));
            }

            answer
                .Headers.Should()
                .NotContain(
                    header =>
                        header.Name.StartsWith(
                            "Access-Control",
                            StringComparison.OrdinalIgnoreCase
                        ),
                    "nobody is let in by CORS"
                );
        };

    /// <summary>Every connection opened before this one gets its answer too.</summary>
    internal static Step AllAnswered { get; } =
        async peer =>
        {
            WebSocketPeerResponse[] answers = await Task.WhenAll(
                peer.Earlier.Select(wire => wire.ReadResponseAsync())
            );
            answers.Should().OnlyContain(answer => answer.Status == 200 || answer.Status == 204);
        };

    /// <summary>The answer of a refusal, byte for byte.</summary>
    internal static Step Problem(int status, string? detail = null)
    {
        (string title, string section) = Problems[status];
        string tail = detail is null ? "" : $",\"detail\":\"{detail}\"";
        return Answer(
            status,
            $"{{\"type\":\"https://tools.ietf.org/html/rfc9110#section-{section}\",\"title\":\"{title}\",\"status\":{status}{tail}}}\n"
        );
    }

    private static string Lines(string headers) => headers.Length == 0 ? "" : headers + "\r\n";
}
