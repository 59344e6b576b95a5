using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace PushBridge;

/// <summary>
/// What clients get: one JSON value of at most 64 levels. Bytes convert and must be UTF-8 JSON, checked by the call they are given to;
/// they are delivered as they are, without white space around the value. <see cref="From{T}(T, JsonSerializerOptions?)"/> makes one of any value.
/// </summary>
public readonly struct Payload
{
    private Payload(ReadOnlyMemory<byte> json) => Json = json;

    internal ReadOnlyMemory<byte> Json { get; }

    /// <summary>UTF-8 JSON; the bytes must not change until the call they are given to returns.</summary>
    public static implicit operator Payload(ReadOnlyMemory<byte> json) => new(json);

    /// <inheritdoc cref="op_Implicit(ReadOnlyMemory{byte})"/>
    public static implicit operator Payload(byte[] json) => new(json);

    /// <summary>A value as the serializer writes it, by default with <see cref="JsonSerializerOptions.Web"/>: names in camel case.</summary>
    /// <exception cref="NotSupportedException">The serializer cannot write such a value.</exception>
    public static Payload From<T>(T value, JsonSerializerOptions? options = null) =>
        new(JsonSerializer.SerializeToUtf8Bytes(value, options ?? JsonSerializerOptions.Web));

    /// <summary>A value as generated code writes it, without reflection.</summary>
    public static Payload From<T>(T value, JsonTypeInfo<T> type) =>
        new(JsonSerializer.SerializeToUtf8Bytes(value, type));
}
