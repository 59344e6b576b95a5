namespace PushBridge.Commands;

/// <summary>What a reply looks like, without the command that it belongs to.</summary>
internal readonly record struct ReplyForm(CommandKind Kind, bool IsJson)
{
    public static ReplyForm Of(Command command) =>
        new(
            command.Kind,
            command.ReplyAsJson || command.Kind is CommandKind.Online or CommandKind.Count
        );
}
