using PushBridge.Connections;

namespace PushBridge.Security.Authentication;

/// <summary>Believes every client: its words are its uid.</summary>
internal sealed class OpenAuthenticator : IClientAuthenticator
{
    public CloseReason Malformed => CloseReason.BadUid;

    public bool IsRenewable => false;

    public ValueTask<Verdict> AuthenticateAsync(Credential credential) =>
        ValueTask.FromResult<Verdict>(
            UidRules.IsValid(credential.Words) ? new Identity(credential.Words) : CloseReason.BadUid
        );
}
