namespace PushBridge.Server.Pages;

/// <summary>Security headers of everything a browser may open: nothing from elsewhere, no frames, no guessing of types.</summary>
internal static class PageHeaders
{
    private const string Policy =
        "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Scripts, styles, pictures and connections of the port itself, and nothing else at all.</summary>
    private const string StrictPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static Task AddAsync(HttpContext context, RequestDelegate next) =>
        AddAsync(context, next, Policy);

    public static Task AddStrictAsync(HttpContext context, RequestDelegate next) =>
        AddAsync(context, next, StrictPolicy);

    private static Task AddAsync(HttpContext context, RequestDelegate next, string policy)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        // A page and its scripts belong together: after an upgrade none of them may be an old one.
        headers.CacheControl = "no-cache";
        return next(context);
    }
}
