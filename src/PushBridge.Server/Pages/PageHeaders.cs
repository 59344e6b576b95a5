namespace PushBridge.Server.Pages;

/// <summary>Security headers of everything a browser may open: nothing from elsewhere, no frames, no guessing of types.</summary>
internal static class PageHeaders
{
    private const string Policy =
        "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static Task AddAsync(HttpContext context, RequestDelegate next)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        // A page and its scripts belong together: after an upgrade none of them may be an old one.
        headers.CacheControl = "no-cache";
        return next(context);
    }
}
