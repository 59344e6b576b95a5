using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace PushBridge.Security.Authentication;

/// <summary>
/// The public keys that an identity provider publishes (RFC 7517). Fetched when first needed, again when they are ten
/// minutes old, and when a token names a key that is not among them, at most every 30 seconds. However many clients wait, one
/// request is under way; while the provider does not answer, the keys of the last day stay good.
/// </summary>
internal sealed class PublishedKeys(
    IOptions<ClientOptions> options,
    ServiceClient service,
    TimeProvider time,
    AuthenticationLog log
) : ITokenKeys
{
    private const int MaxBytes = 1024 * 1024;
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Stale = TimeSpan.FromHours(24);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(5);

    private readonly Uri? url = string.IsNullOrEmpty(options.Value.Authentication.Token.JwksUrl)
        ? null
        : new Uri(options.Value.Authentication.Token.JwksUrl);
    private readonly Lock gate = new();
    private KeySet? known;
    private Task<KeySet?>? fetching;
    private long? triedAt;

    public async ValueTask<IReadOnlyList<TokenKey>?> FindAsync(string? kid)
    {
        if (url is null)
        {
            return [];
        }
        KeySet? keys = Volatile.Read(ref known);
        if (keys is null || AgeOf(keys) > Stale)
        {
            keys = await RefreshAsync();
        }
        else if (AgeOf(keys) > Fresh)
        {
            // Good enough for this client; the next ones get the new set.
            _ = RefreshAsync();
        }
        if (keys is not null && keys.Find(kid).Length == 0)
        {
            keys = await RefreshAsync() ?? keys;
        }
        return keys?.Find(kid);
    }

    private TimeSpan AgeOf(KeySet keys) => time.GetElapsedTime(keys.FetchedAt);

    /// <summary>The keys after an attempt to renew them, which may be an attempt that somebody else made just now.</summary>
    private Task<KeySet?> RefreshAsync()
    {
        lock (gate)
        {
            if (fetching is null)
            {
                if (triedAt is { } last && time.GetElapsedTime(last) < Pause)
                {
                    return Task.FromResult(Usable());
                }
                triedAt = time.GetTimestamp();
                fetching = FetchAsync();
            }
            return fetching;
        }
    }

    private KeySet? Usable() => known is { } keys && AgeOf(keys) <= Stale ? keys : null;

    private async Task<KeySet?> FetchAsync()
    {
        await Task.Yield(); // Assigned to the field first, by whoever holds the lock.
        try
        {
            using CancellationTokenSource timeout = new(FetchTimeout, time);
            string document = await ReadAsync(timeout.Token);
            KeySet fetched = new(
                [.. new JsonWebKeySet(document).Keys.Select(TokenKey.Of).OfType<TokenKey>()],
                time.GetTimestamp()
            );
            if (fetched.IsEmpty)
            {
                log.NoKeys();
            }
            else
            {
                Volatile.Write(ref known, fetched);
            }
        }
        catch (Exception exception)
            when (exception
                    is HttpRequestException
                        or OperationCanceledException
                        or IOException
                        or ArgumentException
            )
        {
            log.KeysUnavailable(exception.GetType().Name);
        }
        finally
        {
            // Whatever happened: who comes next may try again.
            lock (gate)
            {
                fetching = null;
            }
        }
        return Usable();
    }

    private async Task<string> ReadAsync(CancellationToken cancellation)
    {
        using HttpResponseMessage response = await service.Http.GetAsync(
            url,
            HttpCompletionOption.ResponseHeadersRead,
            cancellation
        );
        response.EnsureSuccessStatusCode();
        return await LimitedContent.ReadAsync(response.Content, MaxBytes, cancellation)
            ?? throw new IOException("The key set is too long.");
    }

    private sealed record KeySet(TokenKey[] Keys, long FetchedAt)
    {
        public bool IsEmpty => Keys.Length == 0;

        public TokenKey[] Find(string? kid) =>
            kid is null ? Keys : [.. Keys.Where(key => key.Key.KeyId == kid)];
    }
}
