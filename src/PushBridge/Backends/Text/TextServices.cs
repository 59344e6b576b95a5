using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using PushBridge.Commands;
using PushBridge.Hosting.Listeners;
using PushBridge.Security;

namespace PushBridge.Backends.Text;

/// <summary>What all text listeners share: the limits hold for them together.</summary>
internal sealed class TextServices(
    CommandExecutor executor,
    IOptions<TextOptions> options,
    BackendDoor door,
    ListenerTls tls,
    TextPlaces places,
    TimeProvider time,
    ServerMetrics metrics,
    TextLog log
)
{
    public CommandExecutor Executor => executor;

    public TextOptions Options { get; } = options.Value;

    public BackendDoor Door => door;

    public ListenerTls Tls => tls;

    public TextPlaces Places => places;

    public TimeProvider Time => time;

    public ServerMetrics Metrics => metrics;

    public TextLog Log => log;

    public DedicatedThreads Threads { get; } = new(options.Value.DedicatedThreads);

    /// <summary>The backends that are connected, by whichever listener, open or closed.</summary>
    public ConcurrentDictionary<TextPlace, Task> Taken { get; } = new();
}
