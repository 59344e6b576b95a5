using System.Net.Security;

namespace PushBridge.Security;

/// <summary>
/// TLS of one port by what its files say now: they are looked at again while connections come, so that a renewed certificate takes effect without a restart and
/// without touching the connections that are there. Files that cannot be used, such as half of a pair, change nothing. Thread-safe.
/// </summary>
internal sealed class PortTls
{
    /// <summary>Between two looks.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly string listener;
    private readonly TlsFiles files;
    private readonly PortTlsLog log;
    private readonly TimeProvider time;
    private readonly Lock looking = new();
    private volatile TlsTerms terms;
    private string used;
    private string? refused;
    private bool isRefusalSaid;
    private long lookedAt;

    /// <param name="listener">Its name, for the log.</param>
    /// <param name="files">Read at once.</param>
    /// <param name="log">Where renewals are said.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="CertificateFileException">One of them cannot be used.</exception>
    public PortTls(string listener, TlsFiles files, PortTlsLog log, TimeProvider time)
    {
        this.listener = listener;
        this.files = files;
        this.log = log;
        this.time = time;
        used = files.Fingerprint();
        terms = files.Read();
        lookedAt = time.GetTimestamp();
    }

    /// <summary>For one connection.</summary>
    public SslServerAuthenticationOptions Options()
    {
        // Whoever comes meanwhile takes what there is.
        if (looking.TryEnter())
        {
            try
            {
                LookIfDue();
            }
            finally
            {
                looking.Exit();
            }
        }
        return terms.Options();
    }

    private void LookIfDue()
    {
        if (time.GetElapsedTime(lookedAt) < Interval)
        {
            return;
        }
        lookedAt = time.GetTimestamp();
        string found = files.Fingerprint();
        if (found == used)
        {
            refused = null;
            return;
        }
        try
        {
            terms = files.Read();
            used = found;
            refused = null;
            log.Renewed(listener, terms.EndsAt);
        }
        catch (CertificateFileException exception)
        {
            Refuse(found, exception);
        }
    }

    /// <summary>Says so once, and not of files that are just being written.</summary>
    private void Refuse(string found, CertificateFileException exception)
    {
        if (found != refused)
        {
            refused = found;
            isRefusalSaid = false;
        }
        else if (!isRefusalSaid)
        {
            isRefusalSaid = true;
            log.NotRenewed(listener, exception.Option, exception.Message);
        }
    }
}
