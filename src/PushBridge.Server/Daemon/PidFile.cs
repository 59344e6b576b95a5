using System.Text;

namespace PushBridge.Server.Daemon;

/// <summary>There is one already; says which.</summary>
internal sealed class AlreadyRunningException(ServerRecord server, string path)
    : IOException($"already running (pid {server.ProcessId}, {path})");

/// <summary>
/// The file that says which process is the server. Whatever is in it, only a process that wrote it itself counts: a file that a crash left over, or whose
/// number another process has now, is as good as none. Changes are made under a lock, so that of two servers that start at once one gets it.
/// </summary>
internal sealed class PidFile(string path, TimeProvider time)
{
    /// <summary>Nobody else's: whoever can open it could hold the lock.</summary>
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const int MaxAttempts = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);

    public string Path => path;

    /// <summary>The server that runs; null when there is none.</summary>
    public async Task<ServerRecord?> ReadAsync() =>
        await WrittenAsync() is { IsAlive: true } server ? server : null;

    /// <summary>Makes this process the server, or changes what is said about it.</summary>
    /// <exception cref="AlreadyRunningException">Another one is.</exception>
    public async Task WriteAsync(ServerRecord own)
    {
        CreateFolder();
        for (int attempt = 0; attempt < MaxAttempts; attempt++)
        {
            await OverwriteAsync(own);
            // The owner before may have removed the file between its being opened and its being locked.
            if (await WrittenAsync() == own)
            {
                return;
            }
        }
    }

    /// <summary>Removes the file, if it is still about this process.</summary>
    public async Task RemoveAsync(ServerRecord own)
    {
        try
        {
            await using FileStream file = await OpenAsync(FileMode.Open, FileAccess.ReadWrite);
            if (Parse(file)?.Stamp == own.Stamp)
            {
                File.Delete(path);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Whoever reads what is left there sees that the process is gone.
        }
    }

    private async Task<ServerRecord?> WrittenAsync()
    {
        try
        {
            await using FileStream file = await OpenAsync(FileMode.Open, FileAccess.Read);
            return Parse(file);
        }
        catch (Exception exception)
            when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private async Task OverwriteAsync(ServerRecord own)
    {
        await using FileStream file = await OpenAsync(FileMode.OpenOrCreate, FileAccess.ReadWrite);
        if (Parse(file) is { IsAlive: true } other && other.ProcessId != own.ProcessId)
        {
            throw new AlreadyRunningException(other, path);
        }
        if (!IsPidFile(file))
        {
            throw new IOException($"{path} is no pid file, and is not overwritten");
        }
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file.SafeFileHandle, Mode);
        }
        file.SetLength(0);
        file.Write(Encoding.UTF8.GetBytes(own.ToString()));
    }

    private static ServerRecord? Parse(FileStream file)
    {
        file.Position = 0;
        using StreamReader reader = new(file, Encoding.UTF8, leaveOpen: true);
        return ServerRecord.Parse(reader.ReadToEnd());
    }

    /// <summary>Whether its first line is a number, as in every pid file, whatever else is in it; or it is empty.</summary>
    private static bool IsPidFile(FileStream file)
    {
        file.Position = 0;
        using StreamReader reader = new(file, Encoding.UTF8, leaveOpen: true);
        return (reader.ReadLine() ?? "").All(char.IsAsciiDigit);
    }

    private void CreateFolder()
    {
        if (System.IO.Path.GetDirectoryName(path) is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(folder);
        }
    }

    /// <summary>Opens the file when nobody else has it open, which is never for long.</summary>
    private async Task<FileStream> OpenAsync(FileMode mode, FileAccess access)
    {
        FileStreamOptions options = new()
        {
            Mode = mode,
            Access = access,
            Share = FileShare.None,
        };
        if (mode == FileMode.OpenOrCreate && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = Mode;
        }
        long started = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path, options);
            }
            catch (IOException exception)
                when (exception is not (FileNotFoundException or DirectoryNotFoundException)
                    && time.GetElapsedTime(started) < Patience
                )
            {
                await Task.Delay(Poll, time);
            }
        }
    }
}
