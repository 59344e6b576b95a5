using System.Text.Json;
using PushBridge.FunctionalTests.Hosting;

namespace PushBridge.FunctionalTests.Doors;

/// <summary>A hub client written against the JSON hub protocol, whatever carries its records.</summary>
internal sealed class HubPushedClient(IHubTransport transport) : IPushedClient
{
    private const int Invocation = 1;
    private const int Close = 7;

    public static async Task<IPushedClient> ConnectAsync(
        PushBridgeServer server,
        string uid,
        Func<Uri, string, Task<IHubTransport>> connectAsync
    ) => new HubPushedClient(await connectAsync(server.ClientsUrl, uid));

    public async Task<string> NextAsync()
    {
        var message = await NextAsync(Invocation);
        message.GetProperty("target").GetString().Should().Be("message");
        message.TryGetProperty("invocationId", out _).Should().BeFalse("no answer is wanted");
        var arguments = message.GetProperty("arguments");
        arguments.GetArrayLength().Should().Be(1);
        return arguments[0].GetRawText();
    }

    public async Task<(int Code, string Reason)> ClosedAsync()
    {
        var error = (await NextAsync(Close)).GetProperty("error").GetString()!.Split(' ', 2);
        return (int.Parse(error[0]), error[1]);
    }

    public ValueTask DisposeAsync() => transport.DisposeAsync();

    private async Task<JsonElement> NextAsync(int type)
    {
        while (true)
        {
            var record = await transport.NextAsync();
            record
                .Should()
                .NotBeNull("the connection must not end before a message of type {0}", type);
            var message = JsonSerializer.Deserialize<JsonElement>(record!);
            if (message.GetProperty("type").GetInt32() == type)
            {
                return message;
            }
        }
    }
}
