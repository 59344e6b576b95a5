using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace PushBridge.Client;

/// <summary>
/// Pushes values instead of JSON bytes. Bytes (<c>byte[]</c>, <c>Memory&lt;byte&gt;</c>) always mean JSON text and go to
/// the methods of <see cref="IPushClient"/>; any other value, a string too, is serialized here. Where no
/// options are given, names are written in camel case (<see cref="JsonSerializerOptions.Web"/>), as browsers expect.
/// </summary>
public static class PushClientExtensions
{
    /// <summary>Serializes the value and pushes it to the users.</summary>
    public static ValueTask<PushResult> PushAsync<T>(
        this IPushClient client,
        Names uids,
        T value,
        string? id = null,
        JsonSerializerOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Checked(client).PushAsync(uids, Serialize(value, options), id, cancellationToken);

    /// <summary>Serializes the value by its type's metadata, without reflection, and pushes it to the users.</summary>
    public static ValueTask<PushResult> PushAsync<T>(
        this IPushClient client,
        Names uids,
        T value,
        JsonTypeInfo<T> type,
        string? id = null,
        CancellationToken cancellationToken = default
    ) => Checked(client).PushAsync(uids, Serialize(value, type), id, cancellationToken);

    /// <summary>Serializes the value and sends it to everybody.</summary>
    public static ValueTask<PushResult> BroadcastAsync<T>(
        this IPushClient client,
        T value,
        Names except = default,
        string? id = null,
        JsonSerializerOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Checked(client).BroadcastAsync(Serialize(value, options), except, id, cancellationToken);

    /// <summary>Serializes the value by its type's metadata, without reflection, and sends it to everybody.</summary>
    public static ValueTask<PushResult> BroadcastAsync<T>(
        this IPushClient client,
        T value,
        JsonTypeInfo<T> type,
        Names except = default,
        string? id = null,
        CancellationToken cancellationToken = default
    ) => Checked(client).BroadcastAsync(Serialize(value, type), except, id, cancellationToken);

    /// <summary>Serializes the value and sends it to the groups.</summary>
    public static ValueTask<PushResult> GroupAsync<T>(
        this IPushClient client,
        Names groups,
        T value,
        Names except = default,
        string? id = null,
        JsonSerializerOptions? options = null,
        CancellationToken cancellationToken = default
    ) =>
        Checked(client)
            .GroupAsync(groups, Serialize(value, options), except, id, cancellationToken);

    /// <summary>Serializes the value by its type's metadata, without reflection, and sends it to the groups.</summary>
    public static ValueTask<PushResult> GroupAsync<T>(
        this IPushClient client,
        Names groups,
        T value,
        JsonTypeInfo<T> type,
        Names except = default,
        string? id = null,
        CancellationToken cancellationToken = default
    ) => Checked(client).GroupAsync(groups, Serialize(value, type), except, id, cancellationToken);

    private static IPushClient Checked(IPushClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client;
    }

    private static byte[] Serialize<T>(T value, JsonSerializerOptions? options) =>
        JsonSerializer.SerializeToUtf8Bytes(value, options ?? JsonSerializerOptions.Web);

    private static byte[] Serialize<T>(T value, JsonTypeInfo<T> type) =>
        JsonSerializer.SerializeToUtf8Bytes(value, type);
}
