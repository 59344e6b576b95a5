namespace PushBridge.Connections;

/// <summary>Log events about clients that find no place. A flood of them is one line in ten seconds.</summary>
internal sealed partial class AdmissionLog(ILogger<AdmissionGate> logger, TimeProvider time)
{
    private readonly LogInterval interval = new(time);

    public void TurnedAway(string limit)
    {
        if (interval.IsDue())
        {
            LimitReached(limit);
        }
    }

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "Clients are being turned away by the limit {Limit} (see PushBridge:Clients:Max...)"
    )]
    private partial void LimitReached(string limit);
}
