using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;
using PushBridge.Connections;

namespace PushBridge.Security.Authentication;

/// <summary>
/// Asks an application of the operator's: a POST with what the client said, answered by who it is. Fails closed: without an
/// answer that counts nobody comes in, and the client is told to try again later. A failing application is left alone for a
/// while (circuit breaker), never asked more than so many questions at once, and not asked again about who was just let in. It
/// fails when it is not there, late, overloaded or broken; an answer that makes no sense is its client's matter alone.
/// </summary>
internal sealed class WebhookAuthenticator(
    IOptions<ClientOptions> clients,
    ServiceClient service,
    AnswerCache cache,
    CoarseClock clock,
    TimeProvider time,
    AuthenticationLog log
) : IClientAuthenticator, IDisposable
{
    private const int MaxAnswerBytes = 64 * 1024;

    private readonly WebhookOptions options = clients.Value.Authentication.Webhook;
    private readonly SemaphoreSlim slots = new(clients.Value.Authentication.Webhook.MaxConcurrent);
    private readonly ResiliencePipeline pipeline = new ResiliencePipelineBuilder
    {
        TimeProvider = time,
    }
        .AddCircuitBreaker(
            new CircuitBreakerStrategyOptions
            {
                FailureRatio = 0.5,
                MinimumThroughput = 5,
                SamplingDuration = TimeSpan.FromSeconds(10),
                BreakDuration = TimeSpan.FromSeconds(2),
                ShouldHandle = new PredicateBuilder()
                    .Handle<HttpRequestException>()
                    .Handle<IOException>()
                    .Handle<TimeoutRejectedException>(),
            }
        )
        .AddTimeout(clients.Value.Authentication.Webhook.Timeout)
        .Build();

    public CloseReason Malformed => CloseReason.BadToken;

    public bool IsRenewable => true;

    public async ValueTask<Verdict> AuthenticateAsync(Credential credential)
    {
        string cookies = Permitted(credential.Cookies);
        string key = KeyOf(credential, cookies);
        if (cache.Find(key) is { } cached)
        {
            return cached;
        }
        try
        {
            WebhookAnswer answer = await pipeline.ExecuteAsync(async cancellation =>
                await AskAsync(credential, cookies, cancellation)
            );
            if (answer.Fault is { } fault)
            {
                log.AnswerUnusable(fault);
                return CloseReason.TryAgainLater;
            }
            if (answer.Who is not { } who)
            {
                return CloseReason.BadToken;
            }
            Identity identity = new(
                who.Uid,
                answer.Lifetime is { } lifetime
                    ? clock.Exact + (long)lifetime.TotalMilliseconds
                    : null,
                who.Groups
            );
            cache.Keep(key, identity, options.CacheFor, answer.Lifetime);
            return identity;
        }
        catch (Exception exception)
            when (exception is HttpRequestException or IOException or ExecutionRejectedException)
        {
            log.HookFailed(Describe(exception));
            return CloseReason.TryAgainLater;
        }
    }

    public void Dispose() => slots.Dispose();

    private async Task<WebhookAnswer> AskAsync(
        Credential credential,
        string cookies,
        CancellationToken cancellation
    )
    {
        await slots.WaitAsync(cancellation);
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Post, options.Url);
            request.Content = JsonContent.Create(
                new WebhookQuestion(
                    credential.Words,
                    credential.Address?.ToString(),
                    credential.Origin
                ),
                WebhookJson.Default.WebhookQuestion
            );
            if (cookies.Length > 0)
            {
                request.Headers.TryAddWithoutValidation("Cookie", cookies);
            }
            using HttpResponseMessage response = await service.Http.SendAsync(
                request,
                HttpCompletionOption.ResponseHeadersRead,
                cancellation
            );
            if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            {
                return WebhookAnswer.TurnedAway;
            }
            if (IsFailure(response.StatusCode))
            {
                response.EnsureSuccessStatusCode(); // Throws: this is what the circuit breaker counts.
            }
            if (!response.IsSuccessStatusCode)
            {
                return WebhookAnswer.Unusable($"status {(int)response.StatusCode}");
            }
            return
                await LimitedContent.ReadAsync(response.Content, MaxAnswerBytes, cancellation)
                    is { } body
                ? WebhookAnswer.Read(body)
                : WebhookAnswer.Unusable("it is too long");
        }
        finally
        {
            slots.Release();
        }
    }

    /// <summary>What says something about the application. Everything else a client may bring about by what it sends.</summary>
    private static bool IsFailure(HttpStatusCode status) =>
        status
            is HttpStatusCode.RequestTimeout
                or HttpStatusCode.TooManyRequests
                or >= HttpStatusCode.InternalServerError;

    /// <summary>Of the client's cookies those that the operator listed, as a header again.</summary>
    private string Permitted(string header) =>
        options.ForwardCookies.Count == 0
            ? ""
            : string.Join(
                "; ",
                header
                    .Split(
                        ';',
                        StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries
                    )
                    .Where(cookie =>
                        options.ForwardCookies.Contains(cookie.Split('=', 2)[0].TrimEnd())
                    )
            );

    /// <summary>A digest, so that the cache holds no secrets; everything that the answer may depend on is in it.</summary>
    private static string KeyOf(Credential credential, string cookies) =>
        Convert.ToHexString(
            SHA256.HashData(
                Encoding.UTF8.GetBytes(
                    $"{credential.Words}\n{cookies}\n{credential.Address}\n{credential.Origin}"
                )
            )
        );

    private static string Describe(Exception exception) =>
        exception switch
        {
            HttpRequestException { StatusCode: { } status } => $"status {(int)status}",
            TimeoutRejectedException => "no answer in time",
            BrokenCircuitException => "it failed too often and is left alone for two seconds",
            _ => exception.GetType().Name,
        };
}
