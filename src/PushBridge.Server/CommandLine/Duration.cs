using System.CommandLine.Parsing;
using System.Globalization;

namespace PushBridge.Server.CommandLine;

/// <summary>A length of time as people write it: <c>90s</c>, <c>15m</c>, <c>1h</c>, <c>7d</c>.</summary>
internal static class Duration
{
    private const double MaxDays = 3_650;

    /// <summary>Parses an option's argument; what is wrong becomes the command line's error.</summary>
    public static TimeSpan Parse(ArgumentResult result)
    {
        string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (TryParse(text, out TimeSpan span))
        {
            return span;
        }
        result.AddError(
            $"'{text}' is no length of time, which is a number and a unit, such as 90s, 15m, 1h or 7d"
        );
        return default;
    }

    public static bool TryParse(string text, out TimeSpan span)
    {
        span = default;
        if (
            text.Length < 2
            || !double.TryParse(
                text[..^1],
                NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out double number
            )
        )
        {
            return false;
        }
        double? days = text[^1] switch
        {
            's' => number / 86_400,
            'm' => number / 1_440,
            'h' => number / 24,
            'd' => number,
            _ => null,
        };
        if (days is not (> 0 and <= MaxDays))
        {
            return false;
        }
        span = TimeSpan.FromDays(days.Value);
        return true;
    }
}
