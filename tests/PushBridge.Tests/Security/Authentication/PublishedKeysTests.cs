using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using PushBridge.Hosting.Options;
using PushBridge.Security.Authentication;

namespace PushBridge.Tests.Security.Authentication;

public sealed class PublishedKeysTests
{
    [Fact]
    public async Task FindAsync_AnUnforeseenException_DoesNotEndTheFetchingForEver()
    {
        BrokenTimers time = new();
        ClientOptions options = new();
        options.Authentication.Token.JwksUrl = "https://issuer.example/keys";
        using ServiceClient service = new();
        PublishedKeys keys = new(
            Options.Create(options),
            service,
            time,
            new AuthenticationLog(NullLogger<IClientAuthenticator>.Instance, time)
        );
        Func<Task> find = async () => await keys.FindAsync("a");

        await find.Should().ThrowAsync<NotSupportedException>();
        (await keys.FindAsync("a")).Should().BeNull("half a minute lies between two tries");
        time.Pass(TimeSpan.FromSeconds(31));
        await find.Should().ThrowAsync<NotSupportedException>();

        time.Asked.Should().Be(2, "the second is a try of its own");
    }

    /// <summary>A clock whose timers are not to be had: nothing that fetching keys reckons with.</summary>
    private sealed class BrokenTimers : TimeProvider
    {
        private long now = 1;

        public int Asked { get; private set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Pass(TimeSpan time) => now += time.Ticks;

        public override long GetTimestamp() => now;

        public override ITimer CreateTimer(
            TimerCallback callback,
            object? state,
            TimeSpan dueTime,
            TimeSpan period
        )
        {
            Asked++;
            throw new NotSupportedException();
        }
    }
}
