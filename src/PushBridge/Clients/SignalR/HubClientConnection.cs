using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using PushBridge.Connections;

namespace PushBridge.Clients.SignalR;

/// <summary>
/// One SignalR client behind the same queue and limits as everybody else. SignalR's own write waits while the client does not
/// read; it is never awaited on the push path, only between one message and the next of this one client.
/// </summary>
internal sealed class HubClientConnection : ClientConnection, IOutboundWriter
{
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    private readonly HubConnectionContext context;
    private bool hasPlace;

    public HubClientConnection(HubConnectionContext context, ClientServices services)
        : base(context.ConnectionId, ConnectionKind.Hub, services)
    {
        this.context = context;
        Queue = new OutboundQueue(this, services.MaxQueueBytes);
    }

    protected override OutboundQueue Queue { get; }

    /// <summary>Comes in: known to the registry, with a place at the gate, or told that there is none.</summary>
    public void Begin()
    {
        Services.Registry.Add(this);
        hasPlace = Services.Gate.TryEnter();
        if (!hasPlace)
        {
            Close(CloseReason.GoingAway, Services.Gate.IsDraining ? null : "the server is full");
        }
    }

    /// <summary>Takes the uid, or ends the connection when it cannot be had.</summary>
    public void Register(string uid)
    {
        RegisterResult? result = UidRules.IsValid(uid)
            ? Services.Registry.Register(this, uid)
            : null;
        switch (result)
        {
            case null:
                Close(CloseReason.BadUid);
                break;
            case RegisterResult.TooMany:
                Close(CloseReason.TooManyConnections);
                break;
            case RegisterResult.Registered:
                context.UserIdentifier = Uid;
                break;
            default:
                break;
        }
    }

    /// <summary>The connection has ended, or is about to: nobody finds it and nothing is written any more.</summary>
    public void Ended()
    {
        Services.Registry.Remove(this);
        Queue.Kill();
        if (Interlocked.Exchange(ref hasPlace, false))
        {
            Services.Gate.Leave();
        }
    }

    public ValueTask<bool> WriteAsync(OutboundQueue queue)
    {
        if (!queue.TryTake(out Message? message))
        {
            return new ValueTask<bool>(true);
        }
        ValueTask write = context.WriteAsync(
            message.EncodedAs(HubEncoding.Encode),
            CancellationToken.None
        );
        return write.IsCompletedSuccessfully ? new ValueTask<bool>(true) : WrittenAsync(write);
    }

    protected override bool BeginClose(CloseReason reason, string text)
    {
        if (!Queue.Close(lastWords: null, discard: reason == CloseReason.SlowConsumer))
        {
            return false;
        }
        _ = EndAsync(reason, text);
        return true;
    }

    private static async ValueTask<bool> WrittenAsync(ValueTask write)
    {
        await write;
        return true;
    }

    /// <summary>Tells the client why, behind what it is still owed, and ends the connection; it has a second to take it.</summary>
    private async Task EndAsync(CloseReason reason, string text)
    {
        using CancellationTokenSource timeout = new(Linger, Services.Time);
        try
        {
            await Queue.WhenDrained().WaitAsync(timeout.Token);
            CloseMessage close = new($"{reason.Code} {text}", reason.MayReconnect);
            await context.WriteAsync(close, timeout.Token).AsTask().WaitAsync(timeout.Token);
            End(reason.MayReconnect);
        }
        catch (OperationCanceledException)
        {
            // It does not read. SignalR would wait ten more seconds for the write to end; the transport goes now instead.
            context.Features.Get<IConnectionLifetimeFeature>()?.Abort();
            Ended();
        }
        catch (Exception exception)
        {
            Services.Log.Failed(exception, Id);
            context.Abort();
            Ended();
        }
    }

    /// <summary>
    /// SignalR says goodbye in its own words too, and clients obey the last: an abort forbids them to come back, a requested
    /// close invites them.
    /// </summary>
    private void End(bool mayReconnect)
    {
        if (
            mayReconnect
            && context.Features.Get<IConnectionLifetimeNotificationFeature>() is { } notification
        )
        {
            notification.RequestClose();
        }
        else
        {
            context.Abort();
        }
    }
}
