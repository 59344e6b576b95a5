using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PushBridge.Client;
using PushBridge.Connections;

namespace PushBridge.Tests.Client;

public sealed class OptionsTests
{
    [Theory]
    [InlineData("tcp://127.0.0.1:5678")]
    [InlineData("tcp://[::1]:5678")]
    [InlineData("TCP://push.example:5678/")]
    [InlineData("unix:/run/pushbridge.sock")]
    [InlineData("unix:///run/pushbridge.sock")]
    public async Task PushClient_Address_IsTaken(string address)
    {
        await using PushClient client = new(address);
    }

    [Theory]
    [InlineData("")]
    [InlineData("127.0.0.1:5678")]
    [InlineData("http://127.0.0.1:5678")]
    [InlineData("tcp://127.0.0.1")]
    [InlineData("tcp://:5678")]
    [InlineData("tcp://127.0.0.1:5678/path")]
    [InlineData("tcp://user@127.0.0.1:5678")]
    [InlineData("tcp://127.0.0.1:70000")]
    [InlineData("unix:relative")]
    [InlineData("unix://host/path")]
    [InlineData("unix:")]
    public void PushClient_WrongAddress_Throws(string address) =>
        ((Action)(() => new PushClient(address).Dispose()))
            .Should()
            .Throw<ArgumentException>()
            .WithMessage("*Address*");

    [Fact]
    public void PushClient_SeveralWrongOptions_AreAllNamed() => (
            (Action)(
                () =>
                    new PushClient(
                        new PushClientOptions
                        {
                            Address = "nowhere",
                            ConnectTimeout = TimeSpan.Zero,
                            ResponseTimeout = TimeSpan.FromDays(1),
                            MaxInFlightCommands = 0,
                            MaxInFlightBytes = 0,
                            MaxCommandBytes = 1,
                            MaxAttempts = 0,
                            TimeProvider = null!,
                        }
                    ).Dispose()
            )
        ).Should().Throw<ArgumentException>().WithMessage("*Address must be tcp://*ConnectTimeout*ResponseTimeout*MaxInFlightCommands*MaxInFlightBytes*MaxCommandBytes*MaxAttempts*TimeProvider*");

    [Fact]
    public async Task AddPushBridgeClient_Configuration_IsBoundBeforeTheDelegate()
    {
        await using ServiceProvider services = new ServiceCollection()
            .AddSingleton(
                Configuration(
                    ("PushBridge:Client:Address", "tcp://127.0.0.1:9"),
                    ("PushBridge:Client:ResponseTimeout", "00:00:07")
                )
            )
            .AddPushBridgeClient(options => options.Address = "unix:/tmp/x")
            .BuildServiceProvider();

        PushClientOptions options = services
            .GetRequiredService<IOptions<PushClientOptions>>()
            .Value;

        options.Address.Should().Be("unix:/tmp/x");
        options.ResponseTimeout.Should().Be(TimeSpan.FromSeconds(7));
    }

    [Fact]
    public async Task AddPushBridgeClient_OneClient_IsSharedAndAlsoTheInterface()
    {
        await using ServiceProvider services = new ServiceCollection()
            .AddPushBridgeClient()
            .AddPushBridgeClient()
            .BuildServiceProvider();

        services
            .GetRequiredService<IPushClient>()
            .Should()
            .BeSameAs(services.GetRequiredService<PushClient>());
        services.GetServices<IPushClient>().Should().ContainSingle();
    }

    [Fact]
    public void AddPushBridgeClient_WrongSection_NamesTheOption()
    {
        using ServiceProvider services = new ServiceCollection()
            .AddPushBridgeClient(Configuration(("Address", "nowhere")))
            .BuildServiceProvider();

        ((Action)(() => services.GetRequiredService<PushClient>()))
            .Should()
            .Throw<OptionsValidationException>()
            .WithMessage("PushBridge:Client: Address must be tcp://*");
    }

    [Fact]
    public void What_is_public_is_deliberate() =>
        typeof(PushClient)
            .Assembly.GetExportedTypes()
            .Select(type => type.Name)
            .Should()
            .BeEquivalentTo(
                "IPushClient",
                "PushClient",
                "PushClientExtensions",
                "PushClientOptions",
                "PushBridgeClientServiceCollectionExtensions",
                "Names",
                "PushReason",
                "PushResult",
                "OnlineResult",
                "CountResult"
            );

    [Fact]
    public void The_client_needs_neither_the_server_nor_ASPNET_Core() =>
        typeof(PushClient)
            .Assembly.GetReferencedAssemblies()
            .Select(assembly => assembly.Name)
            .Should()
            .NotContain(typeof(ConnectionRegistry).Assembly.GetName().Name)
            .And.NotContain(name =>
                name!.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal)
            );

    private static IConfiguration Configuration(params (string Key, string Value)[] values) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(
                values.ToDictionary(pair => pair.Key, pair => (string?)pair.Value)
            )
            .Build();
}
