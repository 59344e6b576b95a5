using System.Text.Json;
using System.Text.Json.Nodes;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;
using PushBridge.Hosting.Options;

namespace PushBridge.FunctionalTests.Http;

/// <summary>The OpenAPI document: it has every endpoint, and its examples are what the server answers.</summary>
public sealed class OpenApiTests
{
    public static TheoryData<string, string> Operations =>
        new()
        {
            { "post", "/api/push/{uid}" },
            { "post", "/api/broadcast" },
            { "post", "/api/groups/{group}" },
            { "put", "/api/groups/{group}/uids/{uid}" },
            { "delete", "/api/groups/{group}/uids/{uid}" },
            { "get", "/api/uids" },
            { "get", "/api/uids/{uid}" },
            { "get", "/api/uids/{uid}/connections" },
            { "get", "/api/stats" },
            { "get", "/api/stats/history" },
            { "delete", "/api/uids/{uid}" },
            { "get", "/api/count" },
            { "post", "/api/commands" },
            { "get", "/api/listeners" },
            { "post", "/api/listeners" },
            { "delete", "/api/listeners/{name}" },
        };

    [Fact]
    public async Task It_has_every_endpoint_and_no_other()
    {
        await using PushBridgeServer server = await PushBridgeServer.StartAsync();

        JsonElement document = await DocumentAsync(server);

        document
            .GetProperty("paths")
            .EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(o => (o.Name, path.Name)))
            .Should()
            .BeEquivalentTo(Operations.Select(row => (row.Data.Item1, row.Data.Item2)));
    }

    [Fact]
    public async Task Its_version_is_the_one_that_the_server_says_it_is()
    {
        await using PushBridgeServer server = await PushBridgeServer.StartAsync();
        using HttpClient http = new() { BaseAddress = server.HttpUrl };
        ApiAnswer stats = await http.AskAsync(HttpMethod.Get, "/api/stats");

        JsonElement document = await DocumentAsync(server);

        document
            .GetProperty("info")
            .GetProperty("version")
            .GetString()
            .Should()
            .Be(
                JsonDocument
                    .Parse(stats.Body)
                    .RootElement.GetProperty("node")
                    .GetProperty("version")
                    .GetString()
            );
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task An_example_is_what_the_server_answers(string method, string path)
    {
        await using PushBridgeServer server = await PushBridgeServer.StartAsync();
        await using RawClient client = await RawClient.JoinAsync(server, "uid1");
        using HttpClient http = new() { BaseAddress = server.HttpUrl };
        await http.AskAsync(HttpMethod.Put, "/api/groups/news/uids/uid1");
        if (method == "delete" && path == "/api/listeners/{name}")
        {
            await server.OpenListenerAsync("more", ListenerProtocol.Text);
        }
        JsonElement operation = (await DocumentAsync(server))
            .GetProperty("paths")
            .GetProperty(path)
            .GetProperty(method);
        (string requestType, string? body) = operation.TryGetProperty(
            "requestBody",
            out var request
        )
            ? Example(request)
            : ("", null);
        (string type, string? expected) = Example(
            operation.GetProperty("responses").GetProperty("200")
        );

        ApiAnswer answer = await http.AskAsync(
            new HttpMethod(method.ToUpperInvariant()),
            Target(path, operation),
            body is null
                ? null
                : ApiRequests.Bytes(System.Text.Encoding.UTF8.GetBytes(body), requestType),
            Headers(operation)
        );

        operation.GetProperty("summary").GetString().Should().NotBeEmpty();
        operation.GetProperty("operationId").GetString().Should().NotBeEmpty();
        if (HasFiguresOfTheMoment(path))
        {
            (answer.Status, answer.Type).Should().Be((200, type), answer.Body);
            Members(answer.Body).Should().Equal(Members(expected!));
        }
        else
        {
            answer.Should().Be(new ApiAnswer(200, type, expected!));
        }
    }

    private static bool HasFiguresOfTheMoment(string path) =>
        path.StartsWith("/api/stats", StringComparison.Ordinal)
        || path.StartsWith("/api/listeners", StringComparison.Ordinal)
        || path.EndsWith("/connections", StringComparison.Ordinal);

    private static IEnumerable<(string, JsonValueKind)> Members(string json) =>
        JsonNode
            .Parse(json)!
            .AsObject()
            .Select(member => (member.Key, member.Value!.GetValueKind()));

    private static async Task<JsonElement> DocumentAsync(PushBridgeServer server)
    {
        using HttpClient http = new() { BaseAddress = server.HttpUrl };
        ApiAnswer answer = await http.AskAsync(HttpMethod.Get, "/openapi/v1.json");
        answer.Status.Should().Be(200, answer.Body);
        JsonElement document = JsonDocument.Parse(answer.Body).RootElement;
        document.GetProperty("openapi").GetString().Should().StartWith("3.");
        return document;
    }

    private static (string Type, string? Body) Example(JsonElement content)
    {
        JsonProperty media = content.GetProperty("content").EnumerateObject().Single();
        JsonNode example = JsonNode.Parse(media.Value.GetProperty("example").GetRawText())!;
        // Lines are an example as text, each of them JSON; everything else is JSON itself.
        return media.Name == "application/json"
            ? (media.Name, example.ToJsonString())
            : (media.Name, example.GetValue<string>());
    }

    private static string Target(string path, JsonElement operation)
    {
        List<string> query = [];
        foreach ((string name, string place, JsonElement example) in Parameters(operation))
        {
            string value =
                example.ValueKind == JsonValueKind.Array
                    ? example.EnumerateArray().Single().GetString()!
                    : example.GetString()!;
            path = path.Replace($"{{{name}}}", Uri.EscapeDataString(value));
            if (place == "query")
            {
                query.Add($"{name}={Uri.EscapeDataString(value)}");
            }
        }
        return $"{path}?{string.Join('&', query)}";
    }

    private static (string, string)[] Headers(JsonElement operation) =>
        [
            .. Parameters(operation)
                .Where(parameter => parameter.Place == "header")
                .Select(parameter => (parameter.Name, parameter.Example.GetString()!)),
        ];

    private static IEnumerable<(string Name, string Place, JsonElement Example)> Parameters(
        JsonElement operation
    ) =>
        operation.TryGetProperty("parameters", out JsonElement parameters)
            ? parameters
                .EnumerateArray()
                .Select(parameter =>
                    (
                        parameter.GetProperty("name").GetString()!,
                        parameter.GetProperty("in").GetString()!,
                        parameter.GetProperty("example")
                    )
                )
            : [];
}
