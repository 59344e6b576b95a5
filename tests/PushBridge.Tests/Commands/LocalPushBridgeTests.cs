using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using PushBridge.Connections;
using PushBridge.Tests.Connections;

namespace PushBridge.Tests.Commands;

public sealed partial class LocalPushBridgeTests
{
    private static readonly byte[] Json = """ {"x": 1.0} """u8.ToArray();

    private readonly ClientServices services = Fakes.Services();
    private readonly LocalPushBridge push;
    private readonly FakeConnection a;
    private readonly FakeConnection b;

    public LocalPushBridgeTests()
    {
        push = new LocalPushBridge(Fakes.Executor(services), services.Metrics);
        a = new(services, "1", "a");
        b = new(services, "2", "b");
    }

    [Fact]
    public async Task PushAsync_DeliversTheExactBytes()
    {
        (await push.PushAsync("a", Json)).Should().Be(new PushOutcome(1, PushFailure.None));
        (await push.PushAsync(["a", "b", "a", "nobody"], Json[1..11]))
            .Should()
            .Be(new PushOutcome(2, PushFailure.None));

        a.Written.Should().Equal("""{"x": 1.0}""", """{"x": 1.0}""");
        b.Written.Should().Equal("""{"x": 1.0}""");
    }

    [Fact]
    public async Task PushAsync_AValue_IsSerialized()
    {
        await push.PushAsync("a", Payload.From(new { SomeText = "ü", Number = 1 }));
        await push.PushAsync(
            "a",
            Payload.From(new { SomeText = "x" }, new JsonSerializerOptions())
        );
        await push.PushAsync("a", Payload.From(new Note("x"), NoteJson.Default.Note));
        await push.PushAsync("a", Payload.From("text"));

        a.Written.Should()
            .Equal(
                """{"someText":"\u00FC","number":1}""",
                """{"SomeText":"x"}""",
                """{"Text":"x"}""",
                "\"text\""
            );
    }

    [Fact]
    public async Task PushAsync_ToNobody_IsOffline()
    {
        PushOutcome result = await push.PushAsync("nobody", Json);

        result.Should().Be(new PushOutcome(0, PushFailure.Offline));
        result.Ok.Should().BeFalse();
    }

    [Fact]
    public async Task PushAsync_WithAnId_IsDeliveredOnce()
    {
        PushOutcome first = await push.PushAsync("a", Json, "x");
        PushOutcome second = await push.PushAsync("a", Json, "x");

        second.Should().Be(first);
        a.Written.Should().HaveCount(1);
    }

    [Fact]
    public async Task Groups_Broadcast_Online_Count_And_Kick()
    {
        (await push.JoinAsync(["a", "b"], "g")).Connections.Should().Be(2);
        (await push.SendToGroupAsync("g", Json, except: "a")).Connections.Should().Be(1);
        (await push.LeaveAsync("b", "g")).Ok.Should().BeTrue();
        (await push.LeaveAsync("b", "g")).Failure.Should().Be(PushFailure.Offline);
        (await push.CountAsync()).Should().Be(new OnlineCount(2, 2));
        (await push.CountAsync("g")).Should().Be(new OnlineCount(1, 1));
        (await push.OnlineAsync(PushNames.From(["a", "nobody"])))
            .Should()
            .BeEquivalentTo(new Dictionary<string, int> { ["a"] = 1, ["nobody"] = 0 });
        (await push.BroadcastAsync(Json, except: ["b"])).Connections.Should().Be(1);
        (await push.BroadcastAsync(Json, except: ["a", "b"]))
            .Should()
            .Be(new PushOutcome(0, PushFailure.None));
        (await push.KickAsync("b", "bye")).Ok.Should().BeTrue();

        a.Written.Should().HaveCount(1);
        b.Written.Should().HaveCount(1);
        b.ClosedWith.Should().Be(CloseReason.Kicked);
    }

    private static (string Parameter, Func<LocalPushBridge, Task> Call)[] BadCalls =>
        [
            ("uids", async push => await push.PushAsync("", Json)),
            ("uids", async push => await push.PushAsync(default, Json)),
            ("uids", async push => await push.PushAsync([], Json)),
            ("uids", async push => await push.PushAsync(["a", "b\n"], Json)),
            ("uids", async push => await push.PushAsync("\ud800", Json)),
            ("uids", async push => await push.PushAsync(new string('x', 257), Json)),
            ("payload", async push => await push.PushAsync("a", default)),
            ("payload", async push => await push.PushAsync("a", "{"u8.ToArray())),
            ("payload", async push => await push.PushAsync("a", new byte[] { 0xFF })),
            (
                "payload",
                async push => await push.BroadcastAsync(Encoding.UTF8.GetBytes(new string('[', 65)))
            ),
            ("except", async push => await push.BroadcastAsync(Json, "")),
            ("id", async push => await push.BroadcastAsync(Json, id: "")),
            ("id", async push => await push.BroadcastAsync(Json, id: new string('x', 65))),
            ("groups", async push => await push.SendToGroupAsync("\u0001", Json)),
            ("except", async push => await push.SendToGroupAsync("g", Json, [""])),
            ("group", async push => await push.JoinAsync("a", "")),
            ("uids", async push => await push.LeaveAsync("", "g")),
            ("reason", async push => await push.KickAsync("a", new string('x', 124))),
            ("reason", async push => await push.KickAsync("a", "\ud800")),
            ("uids", async push => await push.OnlineAsync("")),
            ("group", async push => await push.CountAsync("")),
        ];

    [Fact]
    public async Task A_bad_argument_is_an_exception_with_the_rule()
    {
        foreach ((string parameter, Func<LocalPushBridge, Task> call) in BadCalls)
        {
            await call.Awaiting(bad => bad(push))
                .Should()
                .ThrowAsync<ArgumentException>()
                .Where(thrown => thrown.ParamName == parameter && thrown.Message.Length > 30);
        }
        a.Written.Concat(b.Written).Should().BeEmpty();
    }

    [Fact]
    public async Task A_cancelled_call_sends_nothing()
    {
        Func<Task> cancelled = async () =>
            await push.BroadcastAsync(
                Json,
                cancellationToken: new CancellationToken(canceled: true)
            );

        await cancelled.Should().ThrowAsync<OperationCanceledException>();
        a.Written.Should().BeEmpty();
    }

    internal sealed record Note(string Text);

    [JsonSerializable(typeof(Note))]
    internal sealed partial class NoteJson : JsonSerializerContext;
}
