using System.Net.Security;
using System.Security.Authentication;

namespace PushBridge.Backends.Text;

/// <summary>
/// Below TLS: keeps what a handshake says last until something else is said. In TLS 1.3 that is the tickets to resume with, which nobody waits for; unread
/// at a script that writes and closes, they would turn its close into a reset, which discards the lines that are still in its kernel
/// (see <see cref="FirstReplies"/>, which keeps the replies for the same reason).
/// </summary>
internal sealed class HeldTickets(Stream inner) : Stream
{
    private byte[] held = [];
    private bool holds = true;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The handshake is over; what is kept leaves now, or as tickets with the next words.</summary>
    public async ValueTask HandshakeEndedAsync(SslStream handshaken)
    {
        holds = false;
        if (handshaken.SslProtocol != SslProtocols.Tls13)
        {
            await ReleaseAsync(CancellationToken.None);
        }
    }

    /// <summary>The handshake failed: the peer is to know why, if it still listens.</summary>
    public async ValueTask HandshakeFailedAsync()
    {
        try
        {
            await ReleaseAsync(CancellationToken.None);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // It was the one that ended it.
        }
    }

    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        if (holds)
        {
            // The peer's turn.
            await ReleaseAsync(cancellationToken);
        }
        return await inner.ReadAsync(buffer, cancellationToken);
    }

    public override ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        if (!holds && held.Length == 0)
        {
            return inner.WriteAsync(buffer, cancellationToken);
        }
        held = [.. held, .. buffer.Span];
        return holds ? ValueTask.CompletedTask : ReleaseAsync(cancellationToken);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        inner.Dispose();
        base.Dispose(disposing);
    }

    private ValueTask ReleaseAsync(CancellationToken cancellationToken)
    {
        byte[] released = held;
        held = [];
        return released.Length == 0
            ? ValueTask.CompletedTask
            : inner.WriteAsync(released, cancellationToken);
    }
}
