using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;
using PushBridge.Clients.SignalR;
using PushBridge.Connections;
using PushBridge.Tests.Connections;

namespace PushBridge.Tests.Clients.SignalR;

public sealed class PushHubLifetimeManagerTests
{
    [Fact]
    public async Task SendConnectionsAsync_ANullAmongTheIds_StillWritesToThoseBeforeIt()
    {
        ClientServices services = Fakes.Services();
        FakeConnection connection = new(services, "1", "u");
        PushHubLifetimeManager manager = new(
            services,
            Fakes.Door(Options.Create(services.Options)),
            Fakes.Nodes(services),
            Options.Create(new JsonHubProtocolOptions())
        );

        Func<Task> send = () => manager.SendConnectionsAsync(["1", null!], "message", [1]);

        await send.Should().ThrowAsync<ArgumentNullException>();
        connection.Written.Should().Equal("1");
    }
}
