using PushBridge.Hosting.Options;

namespace PushBridge.Tests.Hosting.Listeners;

public sealed class ListenerOptionsTests
{
    [Theory]
    [InlineData("a", true)]
    [InlineData("eu-1_b.C", true)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("a/b", false)]
    [InlineData("clients", false)]
    [InlineData("TEXT", false)]
    public void Names_AreHeldToTheRuleByTheirPath(string name, bool good)
    {
        ServerOptions options = new();
        options.Listeners[name] = new ListenerOptions
        {
            Protocol = ListenerProtocol.Text,
            Listen = "127.0.0.1:0",
        };

        string[] problems =
        [
            .. new OptionsValidator<ServerOptions>("PushBridge").Validate(null, options).Failures
                ?? [],
        ];

        problems
            .Select(problem => problem.Split(": ")[0])
            .Should()
            .Equal(good ? [] : [$"PushBridge:Listeners:{name}"]);
    }

    [Theory]
    [InlineData(null, "127.0.0.1:0", false, "PushBridge:Listeners:a:Protocol: ")]
    [InlineData(ListenerProtocol.Text, null, false, "PushBridge:Listeners:a:Listen: ")]
    [InlineData(ListenerProtocol.Http, "here", false, "PushBridge:Listeners:a:Listen: ")]
    [InlineData(ListenerProtocol.Clients, "unix:/run/a", false, "PushBridge:Listeners:a:Listen: ")]
    [InlineData(ListenerProtocol.Text, "unix:/run/a", true, "PushBridge:Listeners:a:ReusePort: ")]
    public void Problems_OfAnEntry_HaveItsPath(
        ListenerProtocol? protocol,
        string? listen,
        bool reusePort,
        string problem
    )
    {
        ServerOptions options = new();
        options.Listeners["a"] = new ListenerOptions
        {
            Protocol = protocol,
            Listen = listen,
            ReusePort = reusePort,
        };

        new OptionsValidator<ServerOptions>("PushBridge")
            .Validate(null, options)
            .Failures.Should()
            .ContainSingle()
            .Which.Should()
            .StartWith(problem);
    }
}
