using System.Net;
using System.Text.Json;
using PushBridge.FunctionalTests.Http;

namespace PushBridge.FunctionalTests.Listeners;

/// <summary>An operator who opens and closes listeners over HTTP.</summary>
internal sealed class ListenerApi(Uri httpUrl) : IDisposable
{
    private readonly HttpClient http = new() { BaseAddress = httpUrl };

    public Task<ApiAnswer> OpenAsync(string body) =>
        http.AskAsync(HttpMethod.Post, "/api/listeners", ApiRequests.Json(body));

    /// <summary>Opens one on a free port, and says where it is.</summary>
    public async Task<IPEndPoint> OpenAsync(string name, string protocol)
    {
        ApiAnswer answer = await OpenAsync(
            $$"""{"name":"{{name}}","protocol":"{{protocol}}","listen":"127.0.0.1:0"}"""
        );
        answer.Status.Should().Be(200, answer.Body);
        return IPEndPoint.Parse(
            JsonDocument
                .Parse(answer.Body)
                .RootElement.GetProperty("listener")
                .GetProperty("listen")
                .GetString()!
        );
    }

    public Task<ApiAnswer> CloseAsync(string name, bool dismiss = false) =>
        http.AskAsync(
            HttpMethod.Delete,
            $"/api/listeners/{name}{(dismiss ? "?dismiss=true" : "")}"
        );

    /// <summary>Name and connections of each.</summary>
    public async Task<Dictionary<string, int>> ShowAsync()
    {
        ApiAnswer answer = await http.AskAsync(HttpMethod.Get, "/api/listeners");
        return JsonDocument
            .Parse(answer.Body)
            .RootElement.GetProperty("listeners")
            .EnumerateArray()
            .ToDictionary(
                listener => listener.GetProperty("name").GetString()!,
                listener => listener.GetProperty("connections").GetInt32()
            );
    }

    public void Dispose() => http.Dispose();
}
