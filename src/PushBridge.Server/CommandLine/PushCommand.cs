using System.CommandLine;

namespace PushBridge.Server.CommandLine;

/// <summary><c>push</c>: sends a value to every connection of a uid.</summary>
internal sealed class PushCommand
{
    private readonly Argument<string> uid = new("UID") { Description = "Who gets it" };
    private readonly PushedValue value = new();
    private readonly Option<string?> id = new("--id")
    {
        Description =
            "An id of 1 to 64 bytes: the same push again within five minutes is not delivered twice",
        HelpName = "ID",
    };
    private readonly PushAnswer answer = new();

    public PushCommand()
    {
        Command = new Verb(
            "push",
            "Push a JSON value to every connection of a uid",
            """pushbridge push uid1 '{"percent":"88%"}'""",
            """pushbridge push uid1 '"hello"' || echo "not there" """.TrimEnd(),
            "date +%s | pushbridge push uid1 -"
        )
        {
            uid,
        };
        value.AddTo(Command);
        Command.Options.Add(id);
        answer.AddTo(Command);
        Command.SetAction(
            (result, cancellation) => CommandError.GuardAsync(() => PushAsync(result, cancellation))
        );
    }

    public Command Command { get; }

    private async Task<int> PushAsync(ParseResult result, CancellationToken cancellation)
    {
        byte[] data = await value.ReadAsync(result, cancellation);
        string name = result.GetRequiredValue(uid);
        return await answer.SendAsync(
            result,
            name,
            writer =>
            {
                writer.WriteString("$cmd", "push");
                writer.WriteString("uid", name);
                if (result.GetValue(id) is { } given)
                {
                    writer.WriteString("id", given);
                }
                writer.WritePropertyName("data");
                writer.WriteRawValue(data, skipInputValidation: true);
            },
            cancellation
        );
    }
}
