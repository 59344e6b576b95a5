using System.Security.Cryptography;
using System.Text;
using PushBridge.Hosting.Options;

namespace PushBridge.Server.Daemon;

/// <summary>Where the pid file and the log are, when nobody says otherwise: the same for every command that is given the same configuration file.</summary>
internal static class DaemonFiles
{
    private const string Name = "pushbridge";
    private const int HashCharacters = 8;

    /// <exception cref="IOException">There is no place for it.</exception>
    public static string PidFile(DaemonOptions options, string? configurationFile) =>
        string.IsNullOrEmpty(options.PidFile)
            ? Path.Combine(Folder(), $"{NameFor(configurationFile)}.pid")
            : Path.GetFullPath(options.PidFile);

    public static string LogFile(DaemonOptions options, string pidFile) =>
        string.IsNullOrEmpty(options.LogFile)
            ? Path.ChangeExtension(pidFile, ".log")
            : Path.GetFullPath(options.LogFile);

    /// <summary>Not below /tmp, where others could put a file of that name first, and not where it would go when its owner logs out.</summary>
    private static string Folder()
    {
        if (!OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess)
        {
            return $"/var/lib/{Name}";
        }
        string? state = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
        if (string.IsNullOrEmpty(state))
        {
            string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            if (home.Length == 0)
            {
                throw new IOException("there is no place for a pid file; name one with --pid-file");
            }
            state = Path.Combine(home, ".local", "state");
        }
        return Path.Combine(state, Name);
    }

    private static string NameFor(string? configurationFile)
    {
        if (configurationFile is null)
        {
            return Name;
        }
        string path = Path.GetFullPath(configurationFile);
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)));
        return $"{Path.GetFileNameWithoutExtension(path)}-{hash[..HashCharacters]}";
    }
}
