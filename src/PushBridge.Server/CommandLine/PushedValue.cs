using System.CommandLine;
using System.Text;
using System.Text.Json;

namespace PushBridge.Server.CommandLine;

/// <summary>The argument that is pushed: one JSON value, or <c>-</c> for standard input.</summary>
internal sealed class PushedValue
{
    private static readonly JsonReaderOptions Rules = new() { MaxDepth = 63 };

    private readonly Argument<string> argument = new("JSON")
    {
        Description =
            """What to send, one JSON value, such as '{"percent":"88%"}' or '"text"'; - reads it from standard input""",
    };

    public void AddTo(Command command) => command.Arguments.Add(argument);

    /// <summary>The value in one line, its bytes otherwise as they are.</summary>
    /// <exception cref="CommandFailedException">It is not one JSON value.</exception>
    public async Task<byte[]> ReadAsync(ParseResult result, CancellationToken cancellation)
    {
        string text = result.GetRequiredValue(argument);
        if (text == "-")
        {
            using StreamReader input = new(Console.OpenStandardInput(), new UTF8Encoding(false));
            text = await input.ReadToEndAsync(cancellation);
        }
        byte[] json = Encoding.UTF8.GetBytes(text.Trim());
        if (Fault(json) is { } fault)
        {
            bool isText = json is not ([(byte)'{', ..] or [(byte)'[', ..]);
            string hint = isText ? """ Text needs quotes of its own: '"hello"'""" : "";
            throw new CommandFailedException(ExitCode.Failure, $"the value is {fault}{hint}");
        }
        // Line ends may only stand between tokens there, where a space is the same; in a line they would end the command.
        json.AsSpan().Replace((byte)'\n', (byte)' ');
        json.AsSpan().Replace((byte)'\r', (byte)' ');
        return json;
    }

    private static string? Fault(byte[] json)
    {
        try
        {
            Utf8JsonReader reader = new(json, Rules);
            while (reader.Read())
            {
                // Reading is all there is to it.
            }
            return null;
        }
        catch (JsonException exception)
        {
            return JsonFault.Describe(exception);
        }
    }
}
