using System.Runtime.CompilerServices;
using PushBridge.Connections;
using PushBridge.Security.Authentication;

namespace PushBridge.Tests.Security.Authentication;

public sealed class HelloTests
{
    [Fact]
    public void TakeToken_TheFirstTime_GivesIt()
    {
        Hello hello = Arrived("a token");

        hello.TakeToken().Should().Be("a token");
        hello.TakeToken().Should().BeNull();
    }

    [Fact]
    public void TakeToken_Afterwards_NothingHoldsTheToken()
    {
        (Hello hello, WeakReference token) = ArrivedAndTaken();

        GC.Collect();

        token.IsAlive.Should().BeFalse("it is a secret");
        GC.KeepAlive(hello);
    }

    [Fact]
    public async Task DecideAsync_WithoutTheToken_KnowsHowTheClientArrived()
    {
        Echo authenticator = new();
        Hello hello = new(
            authenticator,
            new Arrival(null, IsTls: false, "https://app.example", "a=b", "a token")
        );
        hello.TakeToken();

        await hello.DecideAsync("another");

        authenticator
            .Shown.Should()
            .Be(new Credential("another", null, "https://app.example", "a=b"));
    }

    // Not inlined, lest the caller's frame holds what it should not.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (Hello Hello, WeakReference Token) ArrivedAndTaken()
    {
        Hello hello = Arrived(new string('t', 8_192));
        return (hello, new WeakReference(hello.TakeToken()));
    }

    private static Hello Arrived(string token) =>
        new(new Echo(), new Arrival(null, IsTls: false, null, "", token));

    private sealed class Echo : IClientAuthenticator
    {
        public Credential? Shown { get; private set; }

        public CloseReason Malformed => CloseReason.BadToken;

        public bool IsRenewable => true;

        public ValueTask<Verdict> AuthenticateAsync(Credential credential)
        {
            Shown = credential;
            return ValueTask.FromResult<Verdict>(CloseReason.BadToken);
        }
    }
}
