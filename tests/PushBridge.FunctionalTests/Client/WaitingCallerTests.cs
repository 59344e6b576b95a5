using PushBridge.Client;

namespace PushBridge.FunctionalTests.Client;

/// <summary>Callers that stop waiting, and callers that wait while the client is disposed.</summary>
public sealed class WaitingCallerTests
{
    private static readonly ReadOnlyMemory<byte> Json = "1"u8.ToArray();

    [Fact]
    public async Task A_cancelled_caller_leaves_the_others_their_own_replies()
    {
        await using var server = ScriptedServer.OnTcp();
        await using var push = new PushClient(server.Address);
        using var cancellation = new CancellationTokenSource();
        var cancelled = push.PushAsync("a", Json, cancellationToken: cancellation.Token);
        var patient = push.PushAsync("b", Json);
        await using var connection = await server.AcceptAsync();
        await connection.ReadLineAsync();
        await connection.ReadLineAsync();

        await cancellation.CancelAsync();
        await Cancelled(cancelled);
        await connection.AnswerAsync(1);
        await connection.AnswerAsync(2);

        (await patient).Connections.Should().Be(2);
    }

    [Fact]
    public async Task Cancelled_before_it_was_written_it_is_never_written()
    {
        await using var server = ScriptedServer.OnTcp();
        await using var push = new PushClient(
            new PushClientOptions { Address = server.Address, MaxInFlightCommands = 1 }
        );
        using var cancellation = new CancellationTokenSource();
        var first = push.PushAsync("first", Json);
        var cancelled = push.PushAsync("cancelled", Json, cancellationToken: cancellation.Token);
        var last = push.PushAsync("last", Json);
        await using var connection = await server.AcceptAsync();
        (await connection.ReadLineAsync()).Should().Contain("first");

        await cancellation.CancelAsync();
        await Cancelled(cancelled);
        await Cancelled(push.PushAsync("never", Json, cancellationToken: cancellation.Token));
        await connection.AnswerAsync(1);

        (await first).Connections.Should().Be(1);
        (await connection.ReadLineAsync()).Should().Contain("last");
        await connection.AnswerAsync(2);
        (await last).Connections.Should().Be(2);
    }

    [Fact]
    public async Task Disposal_sends_what_waits_and_hears_the_answers()
    {
        await using var server = ScriptedServer.OnTcp();
        var push = new PushClient(
            new PushClientOptions { Address = server.Address, MaxInFlightCommands = 1 }
        );
        var written = push.PushAsync("written", Json);
        var waiting = push.PushAsync("waiting", Json);
        await using var connection = await server.AcceptAsync();
        await connection.ReadLineAsync();

        var disposal = push.DisposeAsync();
        await connection.AnswerAsync(1);
        (await connection.ReadLineAsync()).Should().Contain("waiting");
        (await connection.ReadLineAsync()).Should().BeNull("it says that nothing more comes");
        await connection.AnswerAsync(2);
        await disposal;

        (await written).Connections.Should().Be(1);
        (await waiting).Connections.Should().Be(2);
    }

    [Fact]
    public async Task Disposal_waits_no_longer_than_the_response_timeout_and_tells_every_caller()
    {
        await using var server = ScriptedServer.OnTcp();
        var push = new PushClient(
            new PushClientOptions
            {
                Address = server.Address,
                MaxInFlightCommands = 1,
                ResponseTimeout = TimeSpan.FromMilliseconds(200),
            }
        );
        var written = push.PushAsync("written", Json, id: "i");
        var waiting = push.PushAsync("waiting", Json);
        await using var connection = await server.AcceptAsync();
        await connection.ReadLineAsync();

        await push.DisposeAsync();

        (await written).Reason.Should().Be(PushReason.OutcomeUnknown);
        (await waiting).Reason.Should().Be(PushReason.NotSent);
    }

    [Fact]
    public async Task Disposal_while_connecting_tells_every_caller_at_once()
    {
        await using var server = ScriptedServer.OnTcp();
        var push = new PushClient(server.Address);
        var waiting = push.PushAsync("a", Json);
        await using var connection = await server.AcceptSilentlyAsync();

        await push.DisposeAsync();

        var result = await waiting;
        result.Reason.Should().Be(PushReason.NotSent);
        result.Error.Should().BeOfType<ObjectDisposedException>();
    }

    [Fact]
    public async Task Plain_disposal_drops_the_connection_and_tells_every_caller()
    {
        await using var server = ScriptedServer.OnTcp();
        var push = new PushClient(
            new PushClientOptions { Address = server.Address, MaxInFlightCommands = 1 }
        );
        var written = push.PushAsync("written", Json);
        var waiting = push.PushAsync("waiting", Json);
        await using var connection = await server.AcceptAsync();
        await connection.ReadLineAsync();

        push.Dispose();

        (await written).Reason.Should().Be(PushReason.OutcomeUnknown);
        (await waiting).Reason.Should().Be(PushReason.NotSent);
    }

    [Fact]
    public async Task After_disposal_a_call_is_a_mistake()
    {
        var push = new PushClient("tcp://127.0.0.1:9");
        await push.DisposeAsync();
        await push.DisposeAsync();

        await ((Func<Task>)(() => push.PushAsync("a", Json).AsTask()))
            .Should()
            .ThrowAsync<ObjectDisposedException>();
    }

    private static async Task Cancelled(ValueTask<PushResult> call) =>
        await ((Func<Task>)(() => call.AsTask())).Should().ThrowAsync<OperationCanceledException>();
}
