namespace PushBridge.FunctionalTests.Documents;

/// <summary>Finds the files that people read, from wherever the tests run.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string File(string path) => Path.Combine(Root, path);

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (
            folder is not null
            && !System.IO.File.Exists(Path.Combine(folder.FullName, "PushBridge.sln"))
        )
        {
            folder = folder.Parent;
        }
        return folder?.FullName
            ?? throw new DirectoryNotFoundException("The tests run outside their repository.");
    }
}
