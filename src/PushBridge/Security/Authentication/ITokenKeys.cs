namespace PushBridge.Security.Authentication;

/// <summary>Where the keys of tokens come from.</summary>
internal interface ITokenKeys
{
    /// <summary>The keys a token may have been signed with.</summary>
    /// <param name="kid">The key that the token names; null when it names none, and every key is tried.</param>
    /// <returns>Null when the keys cannot be had at this moment.</returns>
    ValueTask<IReadOnlyList<TokenKey>?> FindAsync(string? kid);
}
