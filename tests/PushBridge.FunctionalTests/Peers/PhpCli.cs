using System.Net;

namespace PushBridge.FunctionalTests.Peers;

/// <summary>The real PHP command line: /usr/bin/php, or the one PUSHBRIDGE_PHP names.</summary>
internal static class PhpCli
{
    public static string PushScript { get; } = Path.Combine(Repository(), "src", "php", "push.php");

    private static string Executable => ChildProcess.Locate("PUSHBRIDGE_PHP", "/usr/bin/php");

    /// <summary>Runs a script given as text, beginning with its opening tag.</summary>
    public static async Task<ProgramResult> RunAsync(string script, params string[] arguments)
    {
        var file = Path.Combine(Path.GetTempPath(), $"pushbridge-{Guid.NewGuid():N}.php");
        await File.WriteAllTextAsync(file, script);
        try
        {
            return await ChildProcess.RunAsync(Executable, [file, .. arguments]);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Runs <c>src/php/push.php</c> against a text port.</summary>
    public static Task<ProgramResult> PushAsync(EndPoint text, params string[] arguments) =>
        ChildProcess.RunAsync(
            Executable,
            [PushScript, .. arguments],
            ("PUSHBRIDGE_TEXT", text.ToString()!)
        );

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "PushBridge.sln")))
        {
            folder =
                folder.Parent
                ?? throw new InvalidOperationException("not run from inside the repository");
        }

        return folder.FullName;
    }
}
