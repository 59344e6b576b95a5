using PushBridge.Connections;

namespace PushBridge.Hosting.Listeners;

/// <summary>What all web listeners share.</summary>
internal sealed class WebServices(ConnectionRegistry registry, TimeProvider time, ListenerLog log)
{
    public ConnectionRegistry Registry => registry;

    public TimeProvider Time => time;

    public ListenerLog Log => log;
}
