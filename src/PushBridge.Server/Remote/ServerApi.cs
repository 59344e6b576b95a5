using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using PushBridge.Server.CommandLine;

namespace PushBridge.Server.Remote;

/// <summary>The HTTP API of a running server. What goes wrong is a <see cref="CommandFailedException"/> that says what to do.</summary>
internal sealed class ServerApi : IDisposable
{
    private const string NdJson = "application/x-ndjson";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly HttpClient http;
    private readonly bool hasSecret;

    /// <param name="address">The HTTP port.</param>
    /// <param name="secret">What is presented to it; null for none.</param>
    /// <param name="trust">Whose certificate is good there.</param>
    /// <param name="isOneProcess">Whether one process has to answer everything: then there is one connection, and no other when it has ended.</param>
    public ServerApi(Uri address, string? secret, ServerTrust trust, bool isOneProcess)
    {
        SocketsHttpHandler handler = trust.NewHandler();
        if (isOneProcess)
        {
            handler.MaxConnectionsPerServer = 1;
            handler.ConnectCallback = new SingleConnection().ConnectAsync;
        }
        http = new HttpClient(handler) { BaseAddress = address, Timeout = Timeout };
        hasSecret = secret is not null;
        if (hasSecret)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
                "Bearer",
                secret
            );
        }
    }

    /// <summary>The address as people write it.</summary>
    public string Name => http.BaseAddress!.GetLeftPart(UriPartial.Authority);

    public Task<byte[]> GetAsync(string path, CancellationToken cancellation) =>
        AskAsync(new HttpRequestMessage(HttpMethod.Get, path), cancellation);

    /// <summary>Executes a line of the text port and returns its JSON reply.</summary>
    public async Task<byte[]> ExecuteAsync(byte[] line, CancellationToken cancellation)
    {
        using ByteArrayContent content = new(line);
        content.Headers.ContentType = new MediaTypeHeaderValue(NdJson);
        HttpRequestMessage request = new(HttpMethod.Post, "/api/commands") { Content = content };
        return await AskAsync(request, cancellation);
    }

    public T Read<T>(byte[] answer, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(answer, type) ?? throw new JsonException();
        }
        catch (JsonException)
        {
            throw Failure("the answer is not a PushBridge server's");
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<byte[]> AskAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        try
        {
            using HttpResponseMessage response = await http.SendAsync(request, cancellation);
            byte[] body = await response.Content.ReadAsByteArrayAsync(cancellation);
            return response.IsSuccessStatusCode
                ? body
                : throw Failure(Describe(response.StatusCode, body));
        }
        catch (HttpRequestException exception)
            when (exception.InnerException is CommandFailedException failure)
        {
            throw new CommandFailedException(failure.ExitCode, failure.Problems);
        }
        catch (HttpRequestException exception)
            when (exception.HttpRequestError
                    is HttpRequestError.ConnectionError
                        or HttpRequestError.NameResolutionError
            )
        {
            throw new CommandFailedException(
                ExitCode.NotRunning,
                $"not running: no server answers at {Name} ({exception.InnerException?.Message ?? exception.Message})"
            );
        }
        catch (HttpRequestException exception)
            when (exception.InnerException is AuthenticationException)
        {
            throw Failure(
                $"{exception.InnerException.Message} Name who vouches for the server with --certificate-authority"
            );
        }
        catch (HttpRequestException exception)
        {
            throw Failure(exception.InnerException?.Message ?? exception.Message);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Failure($"no answer within {Timeout.TotalSeconds} s");
        }
    }

    private string Describe(HttpStatusCode status, byte[] body) =>
        status switch
        {
            HttpStatusCode.Unauthorized => hasSecret
                ? "the server does not take this secret"
                : "the server wants one of its secrets: PushBridge:Backends:Secrets in the file of --config, or PushBridge__Backends__Secrets__0 in the environment",
            _ => Detail(body) ?? $"the answer is {(int)status} {status}",
        };

    private static string? Detail(byte[] body)
    {
        try
        {
            using JsonDocument problem = JsonDocument.Parse(body);
            return problem.RootElement.TryGetProperty("detail", out JsonElement detail)
                ? detail.GetString()
                : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private CommandFailedException Failure(string problem) =>
        new(ExitCode.Failure, $"{Name}: {problem}");
}
