using System.Net;
using System.Net.Sockets;

namespace PushBridge.Backends.Text;

/// <summary>What a backend takes up while it is connected.</summary>
internal sealed class TextPlace(Socket socket, IPAddress? address)
{
    private volatile TextConnection? connection;

    /// <summary>The one it came by.</summary>
    public TextListener? Listener { get; init; }

    public Socket Socket => socket;

    /// <summary>Null on a Unix socket, and when the system does not say; it proves nothing.</summary>
    public IPAddress? Address => address;

    /// <summary>Whether the backend came by a file, which only those may write to whom its mode lets.</summary>
    public bool IsByFile => socket.AddressFamily == AddressFamily.Unix;

    /// <summary>Null before the handshake is over.</summary>
    public TextConnection? Connection
    {
        get => connection;
        set => connection = value;
    }

    public TaskCompletionSource Ended { get; } =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Lets it finish what has arrived; before the handshake is over, that is nothing.</summary>
    public void Stop()
    {
        if (connection is { } open)
        {
            open.StopReading();
        }
        else
        {
            socket.Dispose();
        }
    }
}
