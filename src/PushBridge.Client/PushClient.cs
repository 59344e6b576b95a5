using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PushBridge.Client.Commands;
using PushBridge.Client.Connections;

namespace PushBridge.Client;

/// <summary>
/// A PushBridge server's text port, for any number of callers over one connection, which is made by the first command. Use one for the
/// whole process and dispose it at its end.
/// </summary>
/// <remarks>
/// Commands of all callers are pipelined: what waits when the socket is free leaves with one write, and replies complete the callers
/// in order. When the connection is lost, commands that were not yet written go over the next one; those that were written
/// without an id end as <see cref="PushReason.OutcomeUnknown"/>, because sending them again might deliver them twice; those with an id, and questions, are
/// sent again.
/// </remarks>
public sealed class PushClient : IPushClient, IAsyncDisposable, IDisposable
{
    private const int PooledCommands = 1024;

    private readonly PendingCommandPool pool = new(PooledCommands);
    private readonly GeneratedIds? ids;
    private readonly CommandLink link;
    private readonly int maxBytes;

    /// <summary>A client with default options.</summary>
    /// <param name="address"><c>tcp://HOST:PORT</c>, <c>tls://HOST:PORT</c> or <c>unix:/PATH</c>.</param>
    /// <exception cref="ArgumentException">The address is none of these.</exception>
    public PushClient(string address)
        : this(new PushClientOptions { Address = address }) { }

    /// <summary>Nothing is connected before the first command.</summary>
    /// <exception cref="ArgumentException">Options are wrong; the message names each of them.</exception>
    public PushClient(PushClientOptions options, ILogger<PushClient>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        string[] problems = PushClientOptionsValidator.Problems(options);
        if (
            problems.Length > 0
            || !ServerAddress.TryParse(options.Address, out ServerAddress? address)
        )
        {
            throw new ArgumentException(string.Join(' ', problems), nameof(options));
        }
        ids = options.GenerateIds ? new GeneratedIds() : null;
        maxBytes = options.MaxCommandBytes;
        link = new CommandLink(
            address,
            options,
            new PushClientLog(logger ?? NullLogger<PushClient>.Instance)
        );
    }

    /// <inheritdoc/>
    public ValueTask<PushResult> PushAsync(
        Names uids,
        ReadOnlyMemory<byte> json,
        string? id = null,
        CancellationToken cancellationToken = default
    )
    {
        Arguments.CheckNames(uids);
        Arguments.CheckId(id);
        id ??= ids?.Next();
        PendingCommand command = pool.Rent();
        CommandLine
            .Begin(command.Line, "push"u8)
            .With("uid"u8, uids)
            .With("id"u8, id)
            .WithData(json.Span)
            .End(maxBytes);
        return Send(command, id is not null, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<PushResult> BroadcastAsync(
        ReadOnlyMemory<byte> json,
        Names except = default,
        string? id = null,
        CancellationToken cancellationToken = default
    )
    {
        Arguments.CheckOptionalNames(except);
        Arguments.CheckId(id);
        id ??= ids?.Next();
        PendingCommand command = pool.Rent();
        CommandLine
            .Begin(command.Line, "broadcast"u8)
            .With("except"u8, except)
            .With("id"u8, id)
            .WithData(json.Span)
            .End(maxBytes);
        return Send(command, id is not null, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<PushResult> GroupAsync(
        Names groups,
        ReadOnlyMemory<byte> json,
        Names except = default,
        string? id = null,
        CancellationToken cancellationToken = default
    )
    {
        Arguments.CheckNames(groups);
        Arguments.CheckOptionalNames(except);
        Arguments.CheckId(id);
        id ??= ids?.Next();
        PendingCommand command = pool.Rent();
        CommandLine
            .Begin(command.Line, "group"u8)
            .With("group"u8, groups)
            .With("except"u8, except)
            .With("id"u8, id)
            .WithData(json.Span)
            .End(maxBytes);
        return Send(command, id is not null, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<PushResult> JoinAsync(
        Names uids,
        string group,
        CancellationToken cancellationToken = default
    ) => Membership("join"u8, uids, group, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<PushResult> LeaveAsync(
        Names uids,
        string group,
        CancellationToken cancellationToken = default
    ) => Membership("leave"u8, uids, group, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<PushResult> KickAsync(
        Names uids,
        string? reason = null,
        CancellationToken cancellationToken = default
    )
    {
        Arguments.CheckNames(uids);
        Arguments.CheckReason(reason);
        PendingCommand command = pool.Rent();
        CommandLine
            .Begin(command.Line, "kick"u8)
            .With("uid"u8, uids)
            .With("reason"u8, reason)
            .End(maxBytes);
        return Send(command, isRepeatable: false, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<OnlineResult> OnlineAsync(
        Names uids,
        CancellationToken cancellationToken = default
    )
    {
        Arguments.CheckNames(uids);
        PendingCommand command = pool.Rent();
        CommandLine.Begin(command.Line, "online"u8).With("uid"u8, uids).End(maxBytes);
        Add(command, isRepeatable: true, cancellationToken);
        return new ValueTask<OnlineResult>(command, command.Version);
    }

    /// <inheritdoc/>
    public ValueTask<CountResult> CountAsync(
        string? group = null,
        CancellationToken cancellationToken = default
    )
    {
        if (group is not null)
        {
            Arguments.CheckName(group);
        }
        PendingCommand command = pool.Rent();
        CommandLine.Begin(command.Line, "count"u8).With("group"u8, group).End(maxBytes);
        Add(command, isRepeatable: true, cancellationToken);
        return new ValueTask<CountResult>(command, command.Version);
    }

    /// <inheritdoc/>
    public ValueTask<PushResult> PingAsync(CancellationToken cancellationToken = default)
    {
        PendingCommand command = pool.Rent();
        CommandLine.Begin(command.Line, "ping"u8).End(maxBytes);
        return Send(command, isRepeatable: true, cancellationToken);
    }

    /// <summary>
    /// Takes no more commands, sends those that wait if there is a connection, and waits for the answers, at most for the
    /// response time-out. Whoever has no answer then is told <see cref="PushReason.NotSent"/> or <see cref="PushReason.OutcomeUnknown"/>.
    /// </summary>
    public async ValueTask DisposeAsync() => await link.FinishAsync();

    /// <summary>Takes no more commands and drops the connection at once; callers that wait are told so. Prefer <see cref="DisposeAsync"/>.</summary>
    public void Dispose() => link.Abort();

    private ValueTask<PushResult> Membership(
        ReadOnlySpan<byte> name,
        Names uids,
        string group,
        CancellationToken cancellationToken
    )
    {
        Arguments.CheckNames(uids);
        Arguments.CheckName(group);
        PendingCommand command = pool.Rent();
        CommandLine
            .Begin(command.Line, name)
            .With("uid"u8, uids)
            .With("group"u8, group)
            .End(maxBytes);
        return Send(command, isRepeatable: false, cancellationToken);
    }

    private ValueTask<PushResult> Send(
        PendingCommand command,
        bool isRepeatable,
        CancellationToken cancellationToken
    )
    {
        Add(command, isRepeatable, cancellationToken);
        return new ValueTask<PushResult>(command, command.Version);
    }

    private void Add(PendingCommand command, bool isRepeatable, CancellationToken cancellationToken)
    {
        command.IsRepeatable = isRepeatable;
        command.CancelWith(cancellationToken);
        ObjectDisposedException.ThrowIf(!link.TryAdd(command), this);
    }
}
