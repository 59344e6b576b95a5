namespace PushBridge.Client.Commands;

/// <summary>
/// Writes one command as its line, member by member; the members that the server reads first come first. The arguments have been
/// checked, except the payload, which is checked here where its bytes are our own copy.
/// </summary>
internal readonly ref struct CommandLine
{
    private readonly LineBuffer line;

    private CommandLine(LineBuffer line) => this.line = line;

    public static CommandLine Begin(LineBuffer line, ReadOnlySpan<byte> command)
    {
        line.Clear();
        line.Append("{\"$cmd\":\""u8);
        line.Append(command);
        line.Append("\",\"reply\":\"json\""u8);
        return new CommandLine(line);
    }

    public CommandLine With(ReadOnlySpan<byte> member, string? text)
    {
        if (text is not null)
        {
            Member(member);
            line.AppendString(text);
        }
        return this;
    }

    public CommandLine With(ReadOnlySpan<byte> member, Names names)
    {
        if (!names.IsList)
        {
            return With(member, names.Count == 0 ? null : names[0]);
        }
        if (names.Count > 0)
        {
            Member(member);
            line.Append("["u8);
            for (int i = 0; i < names.Count; i++)
            {
                line.Append(i == 0 ? default : ","u8);
                line.AppendString(names[i]);
            }
            line.Append("]"u8);
        }
        return this;
    }

    public CommandLine WithData(ReadOnlySpan<byte> json)
    {
        Member("data"u8);
        int start = line.Length;
        line.Append(json);
        Arguments.MakeOneLine(line.Since(start));
        return this;
    }

    public void End(int maxBytes)
    {
        line.Append("}\n"u8);
        if (line.Length - 1 > maxBytes)
        {
#pragma warning disable MA0015 // Which argument makes it too long is for the caller to know.
            throw new ArgumentException(
                $"The command has {line.Length - 1} bytes and may have {maxBytes} (PushClientOptions.MaxCommandBytes)."
            );
#pragma warning restore MA0015
        }
    }

    private void Member(ReadOnlySpan<byte> name)
    {
        line.Append(",\""u8);
        line.Append(name);
        line.Append("\":"u8);
    }
}
