namespace PushBridge.Backends.Text;

/// <summary>
/// What carries one backend's bytes: its socket, or TLS on it. One reader and one writer at a time, also at the same time. A link
/// that breaks throws <see cref="System.Net.Sockets.SocketException"/>, <see cref="IOException"/> or <see cref="ObjectDisposedException"/>.
/// </summary>
internal interface ITextLink : IDisposable
{
    /// <summary>Completes when there is input or the end of it; until then no memory is held for it.</summary>
    Task WaitForInputAsync();

    /// <summary>What there is after <see cref="WaitForInputAsync"/>; 0 is the end. The room is at least 64 KiB.</summary>
    ValueTask<int> ReceiveAsync(Memory<byte> free);

    /// <summary>Sends what goes without waiting, and says how much that was; less than nothing when the link is broken.</summary>
    int SendNow(ReadOnlySpan<byte> bytes);

    /// <summary>Sends all of it.</summary>
    ValueTask SendAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Says that nothing more will be sent, where the link has words for that; the socket's own end follows.</summary>
    Task SayEndAsync();
}
