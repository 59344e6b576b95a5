using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PushBridge.FunctionalTests.Client;

/// <summary>A text port that does what a test says, for everything that the real one never does.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Socket listener;

    private ScriptedServer(Socket listener, EndPoint address)
    {
        this.listener = listener;
        listener.Bind(address);
        listener.Listen();
    }

    public string Address => $"tcp://{listener.LocalEndPoint}";

    public static ScriptedServer OnTcp() =>
        new(
            new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp),
            new IPEndPoint(IPAddress.Loopback, 0)
        );

    public static ScriptedServer OnUnixSocket(string path) =>
        new(
            new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified),
            new UnixDomainSocketEndPoint(path)
        );

    /// <summary>The next connection, greeted as the real server greets.</summary>
    public async Task<ScriptedConnection> AcceptAsync()
    {
        var connection = await AcceptSilentlyAsync();
        (await connection.ReadLineAsync()).Should().Be("""{"$cmd":"ping","reply":"json"}""");
        await connection.SendAsync("{\"ok\":true}\n");
        return connection;
    }

    public async Task<ScriptedConnection> AcceptSilentlyAsync() =>
        new(await listener.AcceptAsync().WaitAsync(Patience));

    public ValueTask DisposeAsync()
    {
        listener.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>The server's side of one connection.</summary>
internal sealed class ScriptedConnection(Socket socket) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly StreamReader lines = new(new NetworkStream(socket), new UTF8Encoding(false));

    /// <summary>The client's next line, or null when it has ended its direction or the connection.</summary>
    public async Task<string?> ReadLineAsync()
    {
        try
        {
            return await lines.ReadLineAsync().WaitAsync(Patience);
        }
        catch (IOException)
        {
            return null; // A socket that is dropped while it is read ends with a reset.
        }
    }

    public async Task SendAsync(string text) =>
        await socket.SendAsync(Encoding.UTF8.GetBytes(text));

    public Task AnswerAsync(int connections) =>
        SendAsync($$"""{"ok":true,"connections":{{connections}}}""" + "\n");

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
