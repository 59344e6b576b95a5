using PushBridge.Security;

namespace PushBridge.Hosting.Listeners;

/// <summary>Makes the TLS of listeners.</summary>
internal sealed class ListenerTls(PortTlsLog log, TimeProvider time)
{
    /// <summary>Null for a listener without.</summary>
    /// <param name="plan">The listener.</param>
    /// <param name="isOptional">Whether there is another way than a certificate for clients to show that they may come in.</param>
    /// <exception cref="CertificateFileException">A file cannot be used.</exception>
    public PortTls? Of(ListenerPlan plan, bool isOptional) =>
        plan.IsTls
            ? new PortTls(
                plan.Name,
                new TlsFiles(plan.Certificate, plan.Authority, isOptional),
                log,
                time
            )
            : null;
}
