using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace PushBridge.FunctionalTests.Http;

/// <summary>What the API answered, without the body's line end.</summary>
internal sealed record ApiAnswer(int Status, string Type, string Body)
{
    public bool IsReply(string json) => (Status, Type, Body) == (200, "application/json", json);

    /// <summary>Checks that it is a problem of RFC 9457 with the given status.</summary>
    public void ShouldBeProblem(int status)
    {
        Status.Should().Be(status, Body);
        Type.Should().Be("application/problem+json");
        JsonElement problem = JsonDocument.Parse(Body).RootElement;
        problem.GetProperty("status").GetInt32().Should().Be(status);
        problem.GetProperty("title").GetString().Should().NotBeEmpty();
    }
}

/// <summary>Requests to the API, as a program makes them.</summary>
internal static class ApiRequests
{
    public static Task<ApiAnswer> PostAsync(
        this HttpClient http,
        string path,
        string json,
        params (string Name, string Value)[] headers
    ) => http.AskAsync(HttpMethod.Post, path, Json(json), headers);

    public static async Task<ApiAnswer> AskAsync(
        this HttpClient http,
        HttpMethod method,
        string path,
        HttpContent? body = null,
        params (string Name, string Value)[] headers
    )
    {
        using HttpRequestMessage request = new(method, path) { Content = body };
        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value).Should().BeTrue();
        }
        using HttpResponseMessage response = await http.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        response
            .Headers.Should()
            .NotContain(header =>
                header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase)
            );
        string type = response.Content.Headers.ContentType?.ToString() ?? "";
        if (type is "application/json" or "application/problem+json")
        {
            text.Should().EndWith("\n", "a prompt must not follow it on its line");
        }
        return new ApiAnswer((int)response.StatusCode, type, text.TrimEnd('\n'));
    }

    public static ByteArrayContent Json(string json) =>
        Bytes(Encoding.UTF8.GetBytes(json), "application/json");

    public static ByteArrayContent Bytes(byte[] bytes, string? type)
    {
        ByteArrayContent content = new(bytes);
        content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        return content;
    }
}
