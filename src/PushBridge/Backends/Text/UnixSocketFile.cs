using System.Net.Sockets;

namespace PushBridge.Backends.Text;

/// <summary>
/// A listening Unix socket and its file. Who may connect is who may write to the file: its owner and its group. It gets that mode
/// under another name, and its own name when it listens, so that nobody ever finds it open to all or not ready.
/// </summary>
internal sealed class UnixSocketFile : IDisposable
{
    private const UnixFileMode OwnerAndGroup =
        UnixFileMode.UserRead
        | UnixFileMode.UserWrite
        | UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite;

    private readonly string path;

    private UnixSocketFile(Socket listener, string path)
    {
        Listener = listener;
        this.path = path;
    }

    public Socket Listener { get; }

    /// <summary>Replaces a socket that nobody listens on any more; throws when somebody does, and when the file is something else.</summary>
    public static UnixSocketFile Listen(string path, int backlog)
    {
        if (File.Exists(path))
        {
            ThrowUnlessStale(path);
        }
        string unfinished = ListenAddressAttribute.Unfinished(path);
        Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            File.Delete(unfinished);
            listener.Bind(new UnixDomainSocketEndPoint(unfinished));
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(unfinished, OwnerAndGroup);
            }
            listener.Listen(backlog);
            File.Move(unfinished, path, overwrite: true);
            return new UnixSocketFile(listener, path);
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    /// <summary>The file goes first: behind a closed listener another server may put its own there.</summary>
    public void Dispose()
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The next start replaces it.
        }
        Listener.Dispose();
    }

    private static void ThrowUnlessStale(string path)
    {
        if (IsServed(path))
        {
            throw new SocketException((int)SocketError.AddressAlreadyInUse);
        }
        if (IsPlainFile(path))
        {
            throw new IOException("the file is no socket");
        }
    }

    private static bool IsServed(string path)
    {
        using Socket probe = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException exception)
            when (exception.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return false;
        }
    }

    /// <summary>A connection is refused by every other file, too; but no socket can be opened. For writing, too: to read a pipe would be to wait for its writer.</summary>
    private static bool IsPlainFile(string path)
    {
        try
        {
            using FileStream opened = new(path, FileMode.Open, FileAccess.ReadWrite);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
