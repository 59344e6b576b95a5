using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Polly;
using Polly.Retry;
using PushBridge.Client.Commands;
using PushBridge.Client.Replies;

namespace PushBridge.Client.Connections;

/// <summary>
/// Makes connections, as often as the pipeline says. A connection counts as made when the server has answered a ping, or has taken the secret: what
/// listens there is then known to be a PushBridge server that takes commands, and a command is not spent on finding out.
/// </summary>
internal sealed class ServerConnector
{
    private const int Retries = 6;
    private const int FirstDelayMilliseconds = 100;
    private const int MaxGreetingBytes = 1024;

    private readonly ServerAddress address;
    private readonly PushClientOptions options;
    private readonly ServerTls tls;
    private readonly ResiliencePipeline pipeline;
    private readonly ReadOnlyMemory<byte> greeting;

    public ServerConnector(ServerAddress address, PushClientOptions options)
    {
        this.address = address;
        this.options = options;
        tls = new ServerTls(options);
        pipeline = options.ConnectPipeline ?? Default(options.TimeProvider);
        greeting = Greeting(options);
    }

    /// <summary>A connection, or the exception with which the pipeline gave up.</summary>
    public ValueTask<ServerLink> ConnectAsync(CancellationToken cancellationToken) =>
        pipeline.ExecuteAsync(
            static (connector, token) => connector.ConnectOnceAsync(token),
            this,
            cancellationToken
        );

    private static ReadOnlyMemory<byte> Greeting(PushClientOptions options)
    {
        LineBuffer line = new(MaxGreetingBytes);
        CommandLine
            .Begin(line, string.IsNullOrEmpty(options.Secret) ? "ping"u8 : "auth"u8)
            .With("secret"u8, string.IsNullOrEmpty(options.Secret) ? null : options.Secret)
            .End(options.MaxCommandBytes);
        return line.Memory;
    }

    private static ResiliencePipeline Default(TimeProvider time) =>
        new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(
                new RetryStrategyOptions
                {
                    ShouldHandle = new PredicateBuilder()
                        .Handle<SocketException>()
                        .Handle<IOException>()
                        .Handle<TimeoutException>(),
                    MaxRetryAttempts = Retries,
                    DelayGenerator = static retry =>
                        ValueTask.FromResult<TimeSpan?>(FullJitter(retry.AttemptNumber)),
                }
            )
            .Build();

    /// <summary>Any part of the doubling delay, also none: clients that lost the same server come back spread over time.</summary>
    private static TimeSpan FullJitter(int attempt) =>
        TimeSpan.FromMilliseconds(
            RandomNumberGenerator.GetInt32((FirstDelayMilliseconds << attempt) + 1)
        );

    private async ValueTask<ServerLink> ConnectOnceAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = new(options.ConnectTimeout, options.TimeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(
            limit.Token,
            cancellationToken
        );
        ServerLink? link = null;
        try
        {
            link = new ServerLink(await address.ConnectAsync(either.Token));
            if (address.TlsHost is { } host)
            {
                await link.StartTlsAsync(tls.For(host), either.Token);
            }
            await GreetAsync(link, either.Token);
            return link;
        }
        catch (OperationCanceledException exception)
            when (!cancellationToken.IsCancellationRequested)
        {
            link?.Dispose();
            throw new TimeoutException(
                $"Connecting to {address} took longer than {options.ConnectTimeout}.",
                exception
            );
        }
        catch
        {
            link?.Dispose();
            throw;
        }
    }

    private async Task GreetAsync(ServerLink link, CancellationToken cancellationToken)
    {
        await link.SendAsync(greeting, cancellationToken);
        byte[] reply = new byte[MaxGreetingBytes];
        int length = 0;
        while (length < reply.Length && !reply.AsSpan(0, length).Contains((byte)'\n'))
        {
            int received = await link.ReceiveAsync(reply.AsMemory(length), cancellationToken);
            if (received == 0)
            {
                throw new IOException($"{address} closed the connection at once.");
            }
            length += received;
        }
        bool isLine = length > 0 && reply[length - 1] == (byte)'\n';
        Reply answer = default;
        bool isReply = isLine && ReplyParser.TryParse(reply.AsSpan(0, length - 1), out answer);
        if (isReply && answer.Reason == PushReason.Unauthorized)
        {
            throw new AuthenticationException(
                $"{address} {(string.IsNullOrEmpty(options.Secret) ? "wants a secret" : "does not take the secret")} (PushClientOptions.Secret)."
            );
        }
        if (!isReply || answer.Reason != PushReason.None)
        {
            throw new IOException(
                $"{address} did not answer a ping as PushBridge's text port does."
            );
        }
    }
}
