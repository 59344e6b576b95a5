using PushBridge.Connections;

namespace PushBridge.Hosting.Listeners;

/// <summary>What all web listeners share.</summary>
internal sealed class WebServices(ConnectionRegistry registry, ListenerTls tls, ListenerLog log)
{
    public ListenerTls Tls => tls;

    public ConnectionRegistry Registry => registry;

    public ListenerLog Log => log;
}
