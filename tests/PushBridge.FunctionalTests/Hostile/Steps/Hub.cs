using System.Text;
using System.Text.Json;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Hostile.Steps;

/// <summary>What hub clients do and see, by hand: the hub protocol's records in WebSocket frames or HTTP bodies.</summary>
internal static class Hub
{
    private const string Separator = "\u001E";

    /// <summary>A WebSocket to the hub without negotiation, of a uid of its own; no hub handshake yet.</summary>
    internal static Step Connect { get; } =
        Raw.Handshake(101, head => head with { Line = "GET /hub?uid=$ME-hub HTTP/1.1" });

    /// <summary>The same with the hub protocol's handshake.</summary>
    internal static Step Open { get; } =
        async peer =>
        {
            await Connect(peer);
            await Say("{\"protocol\":\"json\",\"version\":1}")(peer);
            await Hear("{}")(peer);
        };

    /// <summary>Negotiates on this connection; <c>$TOKEN</c> is then what names the hub connection.</summary>
    internal static Step Negotiate { get; } =
        async peer =>
        {
            await Common.Send(
                "POST /hub/negotiate?negotiateVersion=1&uid=$ME-hub HTTP/1.1\r\nHost: $HOST\r\nContent-Length: 0\r\n\r\n"
            )(peer);
            WebSocketPeerResponse answer = await peer.Wire.ReadResponseAsync();
            answer.Status.Should().Be(200, answer.BodyText);
            using JsonDocument body = JsonDocument.Parse(answer.Body);
            peer.Remember("$TOKEN", body.RootElement.GetProperty("connectionToken").GetString()!);
        };

    /// <summary>The hub goes on: an unknown method is named as such.</summary>
    internal static Step Works { get; } =
        async peer =>
        {
            await Say(
                "{\"type\":1,\"invocationId\":\"last\",\"target\":\"Nothing\",\"arguments\":[]}"
            )(peer);
            await Hear(
                "{\"type\":3,\"invocationId\":\"last\",\"error\":\"Failed to invoke 'Nothing' due to an error on the server. HubException: Method does not exist.\"}"
            )(peer);
        };

    internal static Step Say(params string[] records) =>
        peer =>
            peer.Wire.SendAsync(
                WebSocketPeerFrame.TextFrame(
                    peer.Bytes(string.Concat(records.Select(record => record + Separator)))
                )
            );

    /// <summary>Exactly this record comes next, in however many frames.</summary>
    internal static Step Hear(string record) =>
        async peer =>
        {
            string expected = peer.Fill(record) + Separator;
            string heard = "";
            while (heard.Length < expected.Length)
            {
                heard += Encoding.UTF8.GetString(await peer.Wire.ReadMessageAsync());
            }

            heard.Should().Be(expected);
        };

    /// <summary>The close frame, which is answered, and the FIN.</summary>
    internal static Step Closed(int code) =>
        async peer => (await peer.Wire.ReadCloseAsync(answer: true)).Should().Be(code);

    /// <summary>The hub's close message, then the WebSocket's.</summary>
    internal static Step[] ClosedWith(string error) =>
        [Hear($"{{\"type\":7,\"error\":\"{error}\",\"allowReconnect\":true}}"), Closed(1000)];

    internal static HostileRow Joined(string name, params Step[] steps) =>
        new(name, Port.Clients, [Open, .. steps]);

    /// <summary>Records that change nothing.</summary>
    internal static HostileRow Ignored(string name, params string[] records) =>
        Joined(name, Say(records), Works);

    /// <summary>A record that ends the connection with an error.</summary>
    internal static HostileRow Fatal(string name, Step step, string error) =>
        Joined(name, [step, .. ClosedWith(error)]);

    internal static HostileRow Fatal(string name, string record, string error) =>
        Fatal(name, Say(record), error);
}
