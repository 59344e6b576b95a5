namespace PushBridge.Hosting.Options;

/// <summary>How clients prove who they are. Section <c>PushBridge:Clients:Authentication</c>.</summary>
public sealed class ClientAuthenticationOptions
{
    /// <summary>Whether clients are believed, show a token, or an application of yours is asked. Default open.</summary>
    public ClientAuthenticationMode Mode { get; set; } = ClientAuthenticationMode.Open;

    /// <summary>What makes a token good; for the mode <see cref="ClientAuthenticationMode.Token"/>.</summary>
    public TokenOptions Token { get; set; } = new();

    /// <summary>Whom to ask; for the mode <see cref="ClientAuthenticationMode.Webhook"/>.</summary>
    public WebhookOptions Webhook { get; set; } = new();
}
