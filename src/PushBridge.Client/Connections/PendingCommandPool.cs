using System.Collections.Concurrent;

namespace PushBridge.Client.Connections;

/// <summary>Commands to use again; a bounded number, the rest is left to the collector.</summary>
internal sealed class PendingCommandPool(int capacity)
{
    private readonly ConcurrentQueue<PendingCommand> free = new();
    private int count;

    public PendingCommand Rent()
    {
        if (!free.TryDequeue(out PendingCommand? command))
        {
            return new PendingCommand(this);
        }
        Interlocked.Decrement(ref count);
        return command;
    }

    public void Return(PendingCommand command)
    {
        if (Interlocked.Increment(ref count) <= capacity)
        {
            free.Enqueue(command);
        }
        else
        {
            Interlocked.Decrement(ref count);
        }
    }
}
