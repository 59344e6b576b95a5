namespace PushBridge.Hosting.Options;

/// <summary>How a client proves who it is.</summary>
public enum ClientAuthenticationMode
{
    /// <summary>It is whoever it says it is; for loopback, where nobody else comes in.</summary>
    Open,

    /// <summary>By a signed token (JWT) that names it.</summary>
    Token,

    /// <summary>An application of yours is asked over HTTP.</summary>
    Webhook,
}
