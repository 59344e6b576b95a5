#pragma warning disable IDE0130, CA1050, MA0047 // The runtime looks for this name without a namespace.
/// <summary>
/// Runs inside a server process that a test starts with <c>DOTNET_STARTUP_HOOKS</c>: when the file that the variable names
/// appears, it blocks the whole thread pool for good, as an embedding application may, and removes the file.
/// </summary>
internal static class StartupHook
{
    internal const string Variable = "PUSHBRIDGE_TEST_BLOCK_POOL";
    private const int Threads = 4;

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } file)
        {
            new Thread(() => Block(file)) { IsBackground = true }.Start();
        }
    }

    private static void Block(string file)
    {
        while (!File.Exists(file))
        {
            Thread.Sleep(10);
        }

        ThreadPool.SetMinThreads(1, 1);
        ThreadPool.SetMaxThreads(Threads, Threads);
        ManualResetEventSlim never = new();
        CountdownEvent blocked = new(Threads);
        for (int i = 0; i < Threads * 10; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                _ =>
                {
                    if (!blocked.IsSet)
                    {
                        blocked.Signal();
                    }

                    never.Wait();
                },
                null
            );
        }

        blocked.Wait();
        File.Delete(file);
    }
}
