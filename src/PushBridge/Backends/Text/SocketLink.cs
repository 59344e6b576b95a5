using System.Net.Sockets;

namespace PushBridge.Backends.Text;

/// <summary>A socket that does not block, TCP or Unix, as it is.</summary>
internal sealed class SocketLink(Socket socket) : ITextLink
{
    public Task WaitForInputAsync() =>
        socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None).AsTask();

    public ValueTask<int> ReceiveAsync(Memory<byte> free) =>
        socket.ReceiveAsync(free, SocketFlags.None);

    public int SendNow(ReadOnlySpan<byte> bytes)
    {
        int sent = socket.Send(bytes, SocketFlags.None, out SocketError error);
        return error is SocketError.Success or SocketError.WouldBlock ? sent : -1;
    }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None)..];
        }
    }

    public Task SayEndAsync() => Task.CompletedTask;

    public void Dispose() => socket.Dispose();
}
