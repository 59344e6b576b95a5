using System.Text.Json;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Rfc6455;

/// <summary>The seed's push: one JSON object whose <c>uid</c> says who gets it.</summary>
internal static class SeedLine
{
    internal static string For(string uid, string text = "") =>
        $$"""{"uid":{{JsonSerializer.Serialize(uid)}},"text":{{JsonSerializer.Serialize(text)}}}""";

    /// <summary>Sends the line and insists that it was accepted.</summary>
    internal static async Task PushAsync(this TextBackend backend, string line) =>
        (await backend.AskAsync(line)).Should().Be("ok");
}
