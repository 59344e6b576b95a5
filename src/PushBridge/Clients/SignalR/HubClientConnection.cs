using System.Net;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using PushBridge.Connections;
using PushBridge.Security.Authentication;

namespace PushBridge.Clients.SignalR;

/// <summary>
/// One SignalR client behind the same queue and limits as everybody else. SignalR's own write waits while the client does not
/// read; it is never awaited on the push path, only between one message and the next of this one client.
/// </summary>
internal sealed class HubClientConnection : ClientConnection, IOutboundWriter
{
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    private readonly HubConnectionContext context;
    private readonly IPAddress? address;
    private readonly Hello hello;
    private bool hasPlace;

    public HubClientConnection(
        HubConnectionContext context,
        IPAddress? address,
        Hello hello,
        ClientServices services
    )
        : base(context.ConnectionId, ConnectionKind.Hub, services)
    {
        this.context = context;
        this.address = address;
        this.hello = hello;
        Listener = hello.Listener;
        Queue = new OutboundQueue(this, services.MaxQueueBytes);
    }

    protected override OutboundQueue Queue { get; }

    /// <summary>
    /// Comes in: known to the registry, with a place at the gate, or told that there is none. Who has said with its request who
    /// it is, is decided about here.
    /// </summary>
    /// <param name="words">The uid or token of its request; null when it says that later.</param>
    public async Task BeginAsync(string? words)
    {
        Services.Registry.Add(this);
        hasPlace = Services.Gate.TryEnter(address);
        if (!hasPlace)
        {
            Close(CloseReason.GoingAway, Services.Gate.IsDraining ? null : "the server is full");
        }
        else if (words is not null)
        {
            await RegisterAsync(words);
        }
    }

    /// <summary>Says who the client is. What cannot be believed ends the connection; the first uid stays.</summary>
    public async Task RegisterAsync(string? words)
    {
        if (Uid is not null)
        {
            return;
        }
        Verdict verdict = await DecideAsync(words);
        if (verdict.Identity is { } identity)
        {
            Identify(identity);
            context.UserIdentifier = Uid;
        }
        else
        {
            Close(verdict.Denial!);
        }
    }

    /// <summary>
    /// Lets the connection go on with a new token. What cannot be believed ends it; false when that cannot be decided now, and
    /// the connection goes on as it was.
    /// </summary>
    public async Task<bool> RenewAsync(string? words)
    {
        if (Uid is null)
        {
            await RegisterAsync(words);
            return true;
        }
        Verdict verdict = await DecideAsync(words);
        if (verdict.Identity is { } identity)
        {
            Renew(identity);
        }
        else if (verdict.Denial != CloseReason.TryAgainLater)
        {
            Close(verdict.Denial!);
        }
        return verdict.Denial != CloseReason.TryAgainLater;
    }

    /// <summary>The connection has ended, or is about to: nobody finds it and nothing is written any more.</summary>
    public void Ended()
    {
        Services.Registry.Remove(this);
        Queue.Kill();
        if (Interlocked.Exchange(ref hasPlace, false))
        {
            Services.Gate.Leave(address);
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

    /// <summary>Throws nothing: SignalR would end the connection without a word of why.</summary>
    private async ValueTask<Verdict> DecideAsync(string? words)
    {
        if (words is null)
        {
            return hello.Malformed;
        }
        try
        {
            return await hello.DecideAsync(words);
        }
        catch (Exception exception)
        {
            Services.Log.Failed(exception, Id);
            return CloseReason.TryAgainLater;
        }
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
