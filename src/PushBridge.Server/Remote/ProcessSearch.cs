using PushBridge.Operators;
using PushBridge.Server.CommandLine;
using PushBridge.Server.Daemon;

namespace PushBridge.Server.Remote;

/// <summary>Finds the process of a pid file where several share its address, and the kernel gives each connection to any of them.</summary>
internal static class ProcessSearch
{
    /// <summary>With two processes, one search in four billion misses the one that is meant.</summary>
    private const int MaxAttempts = 32;

    /// <summary>Connects until the process that is meant answers; it answers whatever is asked afterwards, too.</summary>
    /// <param name="wanted">The process.</param>
    /// <param name="connect">To be called for each attempt; what it returns keeps to a single connection.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <exception cref="CommandFailedException">Another process answered every time, or none did.</exception>
    public static async Task<ServerApi> FindAsync(
        ServerRecord wanted,
        Func<ServerApi> connect,
        CancellationToken cancellation
    )
    {
        string address = "";
        int other = 0;
        for (int attempt = 0; attempt < MaxAttempts; attempt++)
        {
            ServerApi api = connect();
            bool isFound = false;
            try
            {
                other = await ProcessOfAsync(api, cancellation);
                isFound = other == wanted.ProcessId;
                address = api.Name;
                if (isFound)
                {
                    return api;
                }
            }
            finally
            {
                if (!isFound)
                {
                    api.Dispose();
                }
            }
        }
        throw new CommandFailedException(
            ExitCode.Failure,
            $"pid {wanted.ProcessId} runs, but another process (pid {other}) answered at {address}, {MaxAttempts} times out of {MaxAttempts}"
        );
    }

    private static async Task<int> ProcessOfAsync(ServerApi api, CancellationToken cancellation) =>
        api.Read(
            await api.GetAsync("/api/stats", cancellation),
            OperatorsJson.Default.ServerStats
        ).Node.Pid;
}
