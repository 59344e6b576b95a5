namespace PushBridge.Security.Authentication;

/// <summary>Log events about proving who one is: what an operator can mend, never a token, a uid or what a service answered.</summary>
internal sealed partial class AuthenticationLog(
    ILogger<IClientAuthenticator> logger,
    TimeProvider time
)
{
    private readonly LogInterval keys = new(time);
    private readonly LogInterval hook = new(time);
    private readonly LogInterval answers = new(time);

    public void KeysUnavailable(string error)
    {
        if (keys.IsDue())
        {
            KeysNotFetched(error);
        }
    }

    public void NoKeys()
    {
        if (keys.IsDue())
        {
            KeysUseless();
        }
    }

    public void HookFailed(string why)
    {
        if (hook.IsDue())
        {
            HookUnavailable(why);
        }
    }

    public void AnswerUnusable(string why)
    {
        if (answers.IsDue())
        {
            AnswerUnused(why);
        }
    }

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "The keys of tokens could not be fetched ({Error}). Clients get in with the keys known before, if there are any (PushBridge:Clients:Authentication:Token:JwksUrl)"
    )]
    private partial void KeysNotFetched(string error);

    [LoggerMessage(
        2,
        LogLevel.Warning,
        "The fetched key set has no key that signs tokens (PushBridge:Clients:Authentication:Token:JwksUrl)"
    )]
    private partial void KeysUseless();

    [LoggerMessage(
        3,
        LogLevel.Warning,
        "Clients cannot come in: the webhook gives no answer that counts ({Why}). They are told to try again later (PushBridge:Clients:Authentication:Webhook:Url)"
    )]
    private partial void HookUnavailable(string why);

    [LoggerMessage(
        4,
        LogLevel.Warning,
        "A client cannot come in: the webhook's answer about it does not count ({Why}). It is told to try again later (PushBridge:Clients:Authentication:Webhook:Url)"
    )]
    private partial void AnswerUnused(string why);
}
