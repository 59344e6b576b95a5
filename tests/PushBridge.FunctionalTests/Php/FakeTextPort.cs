using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using PushBridge.FunctionalTests.RawWebSocket;

namespace PushBridge.FunctionalTests.Php;

/// <summary>A text port that does what the test tells it to, over TCP, TLS or a Unix socket.</summary>
internal sealed class FakeTextPort : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Socket listener;
    private readonly X509Certificate2? certificate;

    private FakeTextPort(EndPoint address, X509Certificate2? certificate)
    {
        this.certificate = certificate;
        listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(address);
        listener.Listen();
    }

    public EndPoint Address => listener.LocalEndPoint!;

    public static FakeTextPort Tcp() => new(new IPEndPoint(IPAddress.Loopback, 0), null);

    public static FakeTextPort Unix(string path) => new(new UnixDomainSocketEndPoint(path), null);

    public static FakeTextPort Tls(TestCertificate files)
    {
        var pem = X509Certificate2.CreateFromPemFile(files.Path, files.KeyPath);
        return new(new IPEndPoint(IPAddress.Loopback, 0), pem);
    }

    /// <summary>The next connection; with TLS, after its handshake.</summary>
    public async Task<FakeTextPortLink> AcceptAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        var socket = await listener.AcceptAsync(deadline.Token);
        var network = new NetworkStream(socket, ownsSocket: true);
        if (certificate is null)
        {
            return new FakeTextPortLink(network);
        }

        var tls = new SslStream(network);
        await tls.AuthenticateAsServerAsync(certificate).WaitAsync(deadline.Token);
        return new FakeTextPortLink(tls);
    }

    public void Dispose()
    {
        listener.Dispose();
        certificate?.Dispose();
    }
}

/// <summary>One connection to a <see cref="FakeTextPort"/>; disposing it closes it.</summary>
internal sealed class FakeTextPortLink(Stream stream) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly StreamReader reader = new(stream);

    /// <summary>The next line; null at the end of the connection.</summary>
    public async Task<string?> ReadAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        return await reader.ReadLineAsync(deadline.Token);
    }

    public async Task WriteAsync(string text)
    {
        await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text));
        await stream.FlushAsync();
    }

    /// <summary>Answers the next line, which must begin as expected.</summary>
    public async Task AnswerAsync(string lineStart, string reply)
    {
        (await ReadAsync()).Should().StartWith(lineStart);
        await WriteAsync(reply + "\n");
    }

    public void Dispose()
    {
        reader.Dispose();
        stream.Dispose();
    }
}
