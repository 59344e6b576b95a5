using System.Net;
using System.Net.Sockets;

namespace PushBridge.Backends.Text;

/// <summary>What a backend takes up while it is connected.</summary>
internal sealed class TextPlace(Socket socket, IPAddress? address)
{
    private volatile TextConnection? connection;

    public Socket Socket => socket;

    public IPAddress? Address => address;

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
