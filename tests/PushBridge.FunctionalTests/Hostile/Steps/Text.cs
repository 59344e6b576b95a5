namespace PushBridge.FunctionalTests.Hostile.Steps;

/// <summary>What backends on the text port do and see.</summary>
internal static class Text
{
    /// <summary>The connection goes on: a ping is answered, and nothing comes before its answer.</summary>
    internal static Step Alive { get; } =
        async peer =>
        {
            await Common.Send("{\"$cmd\":\"ping\"}\n")(peer);
            await Common.Reply("ok\n")(peer);
        };

    /// <summary>A line that gets one reply, on a connection that goes on.</summary>
    internal static HostileRow Line(string name, string line, string reply) =>
        new(name, Port.Text, Common.Send(line + "\n"), Common.Reply(reply + "\n"), Alive);

    /// <summary>A line that is refused.</summary>
    internal static HostileRow Bad(string name, string line) => Line(name, line, "fail");

    /// <summary>A line that the row's client gets as it is.</summary>
    internal static HostileRow Good(string name, string line) =>
        new(
            name,
            Port.Text,
            Common.Send(line + "\n"),
            Common.Reply("ok\n"),
            Common.Relayed(line),
            Alive
        );

    /// <summary>Bytes after which the server says fail and ends the connection.</summary>
    internal static HostileRow Ended(string name, params Step[] steps) =>
        new(name, Port.Text, [.. steps, Common.Reply("fail\n"), Common.End]);
}
