namespace PushBridge.Hosting.Options;

/// <summary>The address of a service that the server asks about clients: nobody on the way may answer in its place.</summary>
internal static class ServiceUrl
{
    public const string Rule = "must be an https URL, or http on this machine";

    public static bool IsSafe(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out Uri? uri)
        && (
            uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback)
        );
}
