namespace PushBridge.Security.Authentication;

/// <summary>The HTTP client for the services that are asked about clients: no redirects, no cookies of its own.</summary>
internal sealed class ServiceClient : IDisposable
{
    private readonly SocketsHttpHandler handler = new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    };

    public ServiceClient()
    {
        Http = new HttpClient(handler);
        Http.DefaultRequestHeaders.UserAgent.ParseAdd("PushBridge");
    }

    /// <summary>Its time-outs are the callers'.</summary>
    public HttpClient Http { get; }

    public void Dispose()
    {
        Http.Dispose();
        handler.Dispose();
    }
}
