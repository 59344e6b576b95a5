using System.CommandLine;

namespace PushBridge.Server.CommandLine;

/// <summary><c>broadcast</c>: sends a value to everybody.</summary>
internal sealed class BroadcastCommand
{
    private readonly PushedValue value = new();
    private readonly Option<string[]> except = new("--except")
    {
        Description = "A uid that does not get it; may be given several times",
        HelpName = "UID",
    };
    private readonly PushAnswer answer = new();

    public BroadcastCommand()
    {
        Command = new Verb(
            "broadcast",
            "Push a JSON value to everybody; ok also when nobody is connected",
            """pushbridge broadcast '{"notice":"We are back at noon."}'""",
            """pushbridge broadcast --except uid1 '"hello"'"""
        );
        value.AddTo(Command);
        Command.Options.Add(except);
        answer.AddTo(Command);
        Command.SetAction(
            (result, cancellation) =>
                CommandError.GuardAsync(() => BroadcastAsync(result, cancellation))
        );
    }

    public Command Command { get; }

    private async Task<int> BroadcastAsync(ParseResult result, CancellationToken cancellation)
    {
        byte[] data = await value.ReadAsync(result, cancellation);
        return await answer.SendAsync(
            result,
            "everybody",
            writer =>
            {
                writer.WriteString("$cmd", "broadcast");
                if (result.GetValue(except) is { Length: > 0 } uids)
                {
                    writer.WriteStartArray("except");
                    Array.ForEach(uids, writer.WriteStringValue);
                    writer.WriteEndArray();
                }
                writer.WritePropertyName("data");
                writer.WriteRawValue(data, skipInputValidation: true);
            },
            cancellation
        );
    }
}
