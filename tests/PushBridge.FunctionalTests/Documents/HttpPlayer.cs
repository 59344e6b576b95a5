using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Http;

namespace PushBridge.FunctionalTests.Documents;

/// <summary>Plays the steps of an <c>http</c> block; its clients are those of an exchange.</summary>
internal sealed class HttpPlayer(PushBridgeServer server, ExchangePlayer clients) : IDisposable
{
    private readonly HttpClient http = new() { BaseAddress = server.HttpUrl };

    public async Task PlayAsync(IEnumerable<string> steps)
    {
        Queue<string> rest = new(steps);
        while (rest.TryPeek(out string? step))
        {
            if (step.StartsWith('>'))
            {
                ApiAnswer answer = await SendAsync(Take(rest, '>'));
                Queue<string> expected = new(Take(rest, '<'));
                $"{answer.Status} {answer.Type}".Should().Be(expected.Dequeue(), answer.Body);
                answer.Body.Should().Be(string.Join('\n', expected));
            }
            else
            {
                await clients.PlayAsync(rest.Dequeue());
            }
        }
    }

    public void Dispose() => http.Dispose();

    /// <summary>Consecutive lines with the mark, without it; a second request begins at its method.</summary>
    private static List<string> Take(Queue<string> rest, char mark)
    {
        List<string> lines = [];
        while (rest.TryPeek(out string? line) && line.StartsWith(mark))
        {
            rest.Dequeue();
            lines.Add(line.Length > 1 ? line[2..] : "");
        }
        return lines;
    }

    private Task<ApiAnswer> SendAsync(List<string> lines)
    {
        string[] request = lines[0].Split(' ');
        int end = lines.IndexOf("");
        string? body = end < 0 ? null : string.Join('\n', lines[(end + 1)..]);
        (string Name, string Value)[] headers =
        [
            .. lines[1..(end < 0 ? lines.Count : end)]
                .Select(line => line.Split(": ", 2))
                .Select(parts => (parts[0], parts[1])),
        ];
        string? type = headers.FirstOrDefault(header => header.Name == "Content-Type").Value;
        return http.AskAsync(
            new HttpMethod(request[0]),
            request[1],
            body is null ? null : ApiRequests.Bytes(System.Text.Encoding.UTF8.GetBytes(body), type),
            [.. headers.Where(header => header.Name != "Content-Type")]
        );
    }
}
