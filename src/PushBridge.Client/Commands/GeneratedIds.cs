using System.Security.Cryptography;

namespace PushBridge.Client.Commands;

/// <summary>Ids that no other client makes: 96 random bits for this one, and a counter.</summary>
internal sealed class GeneratedIds
{
    private const int RandomBytes = 12;

    private readonly string prefix = RandomNumberGenerator.GetHexString(
        RandomBytes * 2,
        lowercase: true
    );
    private long last;

    public string Next() => $"{prefix}-{Interlocked.Increment(ref last):x}";
}
