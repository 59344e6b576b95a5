using PushBridge.Connections;

namespace PushBridge.Hosting.Listeners;

/// <summary>What all web listeners share.</summary>
internal sealed class WebServices(
    ConnectionRegistry registry,
    ListenerTls tls,
    TimeProvider time,
    ListenerLog log
)
{
    public ListenerTls Tls => tls;

    public ConnectionRegistry Registry => registry;

    public TimeProvider Time => time;

    public ListenerLog Log => log;
}
