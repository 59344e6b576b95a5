using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using PushBridge.FunctionalTests.RawWebSocket;

namespace PushBridge.FunctionalTests.Peers;

/// <summary>A backend on the text port: a socket, plain or with TLS, that sends exact bytes and reads reply lines.</summary>
internal sealed class TextBackend : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Socket socket;
    private readonly byte[] received = new byte[64 * 1024];
    private int start;
    private int end;

    private SslStream? tls;

    private TextBackend(Socket connected) => socket = connected;

    /// <summary>Connects with TLS, and with a client certificate if there is one. Whether the server takes it, TLS 1.3 tells only when one reads.</summary>
    public static async Task<TextBackend> ConnectTlsAsync(
        EndPoint address,
        TestClientCertificate? certificate = null,
        int? receiveBuffer = null,
        SslProtocols protocol = SslProtocols.None
    )
    {
        var backend = await ConnectAsync(address, receiveBuffer);
#pragma warning disable CA5359, MA0039 // The certificate is made by the test itself.
        backend.tls = new SslStream(
            new NetworkStream(backend.socket),
            leaveInnerStreamOpen: false,
            (_, _, _, _) => true
        );
#pragma warning restore CA5359, MA0039
        using var deadline = new CancellationTokenSource(Patience);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            EnabledSslProtocols = protocol,
        };
        if (certificate is not null)
        {
            options.ClientCertificates = [certificate.Load()];
        }
        await backend.tls.AuthenticateAsClientAsync(options, deadline.Token);
        return backend;
    }

    /// <summary>Connects; a small <paramref name="receiveBuffer"/> makes a backend that never reads fill up soon.</summary>
    public static async Task<TextBackend> ConnectAsync(EndPoint address, int? receiveBuffer = null)
    {
        var isTcp = address is IPEndPoint;
        var tcp = new Socket(
            address.AddressFamily,
            SocketType.Stream,
            isTcp ? ProtocolType.Tcp : ProtocolType.Unspecified
        );
        if (isTcp)
        {
            tcp.NoDelay = true;
        }

        if (receiveBuffer is { } bytes)
        {
            tcp.ReceiveBufferSize = bytes;
        }

        await tcp.ConnectAsync(address).WaitAsync(Patience);
        return new TextBackend(tcp);
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        using var deadline = new CancellationTokenSource(Patience);
        if (tls is not null)
        {
            await tls.WriteAsync(bytes, deadline.Token);
            return;
        }
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes, deadline.Token)..];
        }
    }

    /// <summary>Past TLS, straight into the socket.</summary>
    public async Task SendBareAsync(string text) =>
        await socket.SendAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Sends one line and gives the next reply line.</summary>
    public async Task<string> AskAsync(string line)
    {
        await SendAsync(line + "\n");
        return await ReadLineAsync();
    }

    /// <summary>The next reply line without its line feed.</summary>
    public Task<string> ReadLineAsync() => ReadLineAsync(Patience);

    /// <summary>The same, with more patience, or less.</summary>
    public async Task<string> ReadLineAsync(TimeSpan patience)
    {
        var line = new List<byte>();
        while (true)
        {
            var chunk = received.AsSpan(start..end);
            var feed = chunk.IndexOf((byte)'\n');
            line.AddRange(feed < 0 ? chunk : chunk[..feed]);
            if (feed >= 0)
            {
                start += feed + 1;
                return Encoding.UTF8.GetString([.. line]);
            }

            if (await FillAsync(patience) == 0)
            {
                throw new EndOfStreamException(
                    $"The server closed after {line.Count} bytes of a reply."
                );
            }
        }
    }

    public async Task<string[]> ReadLinesAsync(int count)
    {
        var lines = new string[count];
        for (var i = 0; i < count; i++)
        {
            lines[i] = await ReadLineAsync();
        }

        return lines;
    }

    /// <summary>Everything until the server's FIN, or with TLS its close_notify; a reset throws <see cref="SocketException"/> or <see cref="IOException"/>.</summary>
    public async Task<string> ReadToEndAsync()
    {
        var all = new List<byte>();
        do
        {
            all.AddRange(received.AsSpan(start..end));
            start = end;
        } while (await FillAsync(Patience) > 0);

        return Encoding.UTF8.GetString([.. all]);
    }

    /// <summary>Says "no more from me" and keeps reading.</summary>
    public void HalfClose() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>The same by TLS's own words, without ending the connection.</summary>
    public Task SayEndAsync() => tls!.ShutdownAsync();

    /// <summary>Drops the connection with a reset, as a killed process with unread replies does.</summary>
    public void Abort()
    {
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        tls?.Dispose();
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<int> FillAsync(TimeSpan patience)
    {
        using var deadline = new CancellationTokenSource(patience);
        start = 0;
        end = tls is null
            ? await socket.ReceiveAsync(received, deadline.Token)
            : await tls.ReadAsync(received, deadline.Token);
        return end;
    }
}
