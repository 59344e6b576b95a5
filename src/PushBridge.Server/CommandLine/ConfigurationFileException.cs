namespace PushBridge.Server.CommandLine;

/// <summary>A configuration file cannot be read, or is no JSON; says in one line which, and where in it.</summary>
internal sealed class ConfigurationFileException(string path, Exception cause)
    : Exception(Describe(path, cause), cause)
{
    private static string Describe(string path, Exception cause) =>
        cause switch
        {
            FileNotFoundException or DirectoryNotFoundException => $"no such file: {path}",
            FormatException => $"{path}: {JsonFault.Describe(cause)}",
            // The system says of a folder that access to it is denied.
            _ when Directory.Exists(path) => $"{path} is a folder",
            _ => cause.Message,
        };
}
