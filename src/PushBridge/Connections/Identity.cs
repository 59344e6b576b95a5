namespace PushBridge.Connections;

/// <summary>Who a client has turned out to be.</summary>
/// <param name="Uid">Its uid, within the rules of <see cref="UidRules"/>.</param>
/// <param name="ExpiresAt">The moment of <see cref="CoarseClock"/> until which this holds; null for as long as it stays.</param>
/// <param name="Groups">Groups it is put into.</param>
internal sealed record Identity(
    string Uid,
    long? ExpiresAt = null,
    IReadOnlyList<string>? Groups = null
);
