using System.Text.Json;
using PushBridge.Connections;

namespace PushBridge.Backplane;

/// <summary>
/// What comes from the other nodes: their commands are executed one after the other, and answered where they want an answer; answers
/// go to the requests they belong to, hellos to the table of peers. What is none of ours is counted and dropped.
/// </summary>
internal sealed partial class NodeTraffic(
    Guid self,
    Inbox inbox,
    Requests requests,
    PeerTable peers,
    BackplaneMetrics metrics,
    ServerMetrics deliveries,
    ILogger<NodeTraffic> logger
)
{
    private readonly FlushList flushes = new();
    private readonly Dictionary<Guid, List<byte>> answers = [];

    public NodeCommandHandler? Handler { get; set; }

    /// <summary>A request has all the answers that it waits for.</summary>
    public Action<Request>? Answered { get; set; }

    /// <summary>Sends an envelope to one node.</summary>
    public Action<Guid, byte[]>? Reply { get; set; }

    /// <summary>Somebody asks who is there.</summary>
    public Action? Asked { get; set; }

    /// <summary>Our own hello has come back.</summary>
    public Action<ulong>? Echoed { get; set; }

    /// <summary>A node is there for the first time, or says goodbye.</summary>
    public Action<Peer, bool>? Changed { get; set; }

    /// <summary>Takes what the broker has sent; to be called in its order. False when it was dropped, for lack of room.</summary>
    public bool Receive(byte[] envelope) => inbox.TryAdd(envelope);

    /// <summary>Handles what is received, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        List<byte[]> batch = [];
        try
        {
            while (true)
            {
                await inbox.TakeAsync(batch, cancellationToken);
                Handle(batch);
                inbox.Handled(batch);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end.
        }
    }

    /// <summary>Handles a batch, then flushes the clients and answers.</summary>
    private void Handle(List<byte[]> batch)
    {
        foreach (byte[] bytes in batch)
        {
            try
            {
                Handle(bytes);
            }
            catch (Exception exception)
            {
                // A mistake of ours; it must cost one message and not the backplane.
                HandlingFailed(exception);
            }
        }
        try
        {
            flushes.Report(deliveries);
            flushes.Flush();
            SendAnswers();
        }
        catch (Exception exception)
        {
            HandlingFailed(exception);
        }
    }

    private void Handle(byte[] bytes)
    {
        if (!Envelope.TryOpen(bytes, out Envelope envelope))
        {
            metrics.Foreign.Add();
            return;
        }
        switch (envelope.Kind)
        {
            case EnvelopeKind.Command when envelope.Sender == self:
                // The broker counted us, too; we had nothing to add to what was done before it was sent.
                Take(envelope.Request, default);
                break;
            case EnvelopeKind.Command:
                Execute(envelope);
                break;
            case EnvelopeKind.Answers:
                Take(envelope.Body);
                break;
            case EnvelopeKind.Bye when peers.Forget(envelope.Sender) is { } gone:
                Changed?.Invoke(gone, arg2: false);
                break;
            case EnvelopeKind.Hello or EnvelopeKind.HelloAll:
                Greet(envelope);
                break;
            default:
                break;
        }
    }

    private void Execute(in Envelope envelope)
    {
        if (Handler is null || !Handler(envelope.Body, flushes, out ValueTask<NodeReply> answer))
        {
            metrics.Foreign.Add();
            return;
        }
        metrics.Received.Add();
        if (answer.IsCompletedSuccessfully)
        {
            Answer(envelope.Sender, envelope.Request, answer.Result);
        }
        else
        {
            _ = AnswerLaterAsync(envelope.Sender, envelope.Request, answer);
        }
    }

    private void Answer(Guid sender, ulong request, in NodeReply reply)
    {
        if (request == 0)
        {
            return;
        }
        if (!answers.TryGetValue(sender, out List<byte>? bytes))
        {
            answers.Add(sender, bytes = []);
        }
        Answers.Write(request, reply, bytes);
    }

    private async Task AnswerLaterAsync(Guid sender, ulong request, ValueTask<NodeReply> answer)
    {
        NodeReply reply = await answer;
        if (request != 0)
        {
            List<byte> bytes = [];
            Answers.Write(request, reply, bytes);
            Send(sender, bytes);
        }
    }

    private void SendAnswers()
    {
        foreach ((Guid node, List<byte> bytes) in answers)
        {
            if (bytes.Count > 0)
            {
                Send(node, bytes);
            }
        }
        // Nodes come and go under new ids: nothing is kept for those that are gone.
        answers.Clear();
    }

    private void Send(Guid node, List<byte> bytes) =>
        Reply?.Invoke(node, Envelope.Seal(EnvelopeKind.Answers, self, 0, bytes.ToArray()));

    private void Take(ReadOnlySpan<byte> body)
    {
        while (Answers.TryRead(ref body, out ulong request, out NodeReply reply))
        {
            Take(request, reply);
        }
        if (!body.IsEmpty)
        {
            metrics.Foreign.Add();
        }
    }

    private void Take(ulong id, in NodeReply reply)
    {
        if (id != 0 && requests.Find(id) is { } request && request.Answered(reply))
        {
            Answered?.Invoke(request);
        }
    }

    private void Greet(in Envelope envelope)
    {
        if (envelope.Sender == self)
        {
            Echoed?.Invoke(envelope.Request);
            return;
        }
        if (!TryRead(envelope.Body, out Peer? peer) || peer.Id != envelope.Sender)
        {
            metrics.Foreign.Add();
            return;
        }
        if (peers.Hear(peer))
        {
            Changed?.Invoke(peer, arg2: true);
        }
        if (envelope.Kind == EnvelopeKind.HelloAll)
        {
            Asked?.Invoke();
        }
    }

    private static bool TryRead(
        ReadOnlySpan<byte> json,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Peer? peer
    )
    {
        peer = null;
        try
        {
            peer = JsonSerializer.Deserialize<Peer>(json);
        }
        catch (JsonException)
        {
            // Nothing of ours.
        }
        return peer is { Name: not null, Version: not null };
    }

    [LoggerMessage(1, LogLevel.Error, "A message of another node could not be handled")]
    private partial void HandlingFailed(Exception exception);
}
