using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Logging.Abstractions;

namespace PushBridge.Benchmarks.Micro;

/// <summary>A transport that accepts every byte at once and forgets it, and never brings one.</summary>
internal sealed class SilentTransport : PipeWriter, IDuplexPipe
{
    private readonly byte[] buffer = new byte[4096];

    public PipeReader Input { get; } = new Pipe().Reader;

    public PipeWriter Output => this;

    /// <summary>A SignalR connection over such a transport, with the handshake behind it.</summary>
    public static HubConnectionContext Connect(string id, string user)
    {
        DefaultConnectionContext transport = new(id) { Transport = new SilentTransport() };
        HubConnectionContextOptions options = new()
        {
            KeepAliveInterval = TimeSpan.FromSeconds(15),
        };
        return new HubConnectionContext(transport, options, NullLoggerFactory.Instance)
        {
            Protocol = new JsonHubProtocol(),
            UserIdentifier = user,
        };
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) => buffer;

    public override Span<byte> GetSpan(int sizeHint = 0) => buffer;

    public override void Advance(int bytes)
    {
        // The next write may have the same bytes of the buffer.
    }

    public override ValueTask<FlushResult> FlushAsync(
        CancellationToken cancellationToken = default
    ) => default;

    public override ValueTask<FlushResult> WriteAsync(
        ReadOnlyMemory<byte> source,
        CancellationToken cancellationToken = default
    ) => default;

    public override void CancelPendingFlush()
    {
        // No flush is ever pending.
    }

    public override void Complete(Exception? exception = null)
    {
        // Nothing to give back.
    }
}
