using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace PushBridge.Security.Authentication;

/// <summary>The keys of the configuration.</summary>
internal sealed class ConfiguredKeys(IOptions<ClientOptions> options) : ITokenKeys
{
    private readonly TokenKey[] keys =
    [
        .. options.Value.Authentication.Token.Keys.Select((key, index) => Read(key, index)),
    ];

    public ValueTask<IReadOnlyList<TokenKey>?> FindAsync(string? kid) =>
        ValueTask.FromResult<IReadOnlyList<TokenKey>?>(
            kid is null
                ? keys
                : [.. keys.Where(key => key.Key.KeyId is null || key.Key.KeyId == kid)]
        );

    /// <exception cref="OptionsValidationException">The file holds no key for the algorithm.</exception>
    private static TokenKey Read(TokenKeyOptions key, int index)
    {
        try
        {
            return TokenKey.Read(key);
        }
        catch (Exception exception)
            when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new OptionsValidationException(
                nameof(ClientOptions),
                typeof(ClientOptions),
                [
                    $"{ClientOptions.Section}:Authentication:Token:Keys:{index}:{nameof(key.PublicKeyFile)}: {exception.Message}",
                ]
            );
        }
    }
}
