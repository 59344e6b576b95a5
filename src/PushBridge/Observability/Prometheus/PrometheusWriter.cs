using System.Globalization;
using System.Text;

namespace PushBridge.Observability.Prometheus;

/// <summary>
/// Writes Prometheus' text format, version 0.0.4: families, each with its help, its type and its samples. Knows the syntax only.
/// </summary>
internal sealed class PrometheusWriter
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder text = new();

    public void Family(string name, string type, string? help)
    {
        if (!string.IsNullOrEmpty(help))
        {
            text.Append("# HELP ").Append(name).Append(' ').Append(Escape(help)).Append('\n');
        }
        text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
    }

    /// <param name="name">The family's name, with a suffix where the type asks for one.</param>
    /// <param name="labels">What <see cref="Labels"/> made.</param>
    /// <param name="value">Counts are exact up to 2^53.</param>
    public void Sample(string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }
        text.Append(' ').Append(Number(value)).Append('\n');
    }

    /// <summary>The labels of a sample, without the braces.</summary>
    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
        {
            return "";
        }
        StringBuilder labels = new();
        foreach ((string name, object? value) in tags)
        {
            Append(
                labels,
                Identifier(name),
                Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""
            );
        }
        return labels.ToString();
    }

    /// <summary>The same labels and one more.</summary>
    public static string With(string labels, string name, string value)
    {
        StringBuilder extended = new(labels);
        Append(extended, name, value);
        return extended.ToString();
    }

    public static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A name in the letters that names may have.</summary>
    public static string Identifier(string name)
    {
        StringBuilder letters = new(name);
        for (int i = 0; i < letters.Length; i++)
        {
            if (!char.IsAsciiLetterOrDigit(letters[i]))
            {
                letters[i] = '_';
            }
        }
        return char.IsAsciiDigit(letters[0]) ? "_" + letters : letters.ToString();
    }

    public override string ToString() => text.ToString();

    private static void Append(StringBuilder labels, string name, string value)
    {
        labels.Append(labels.Length > 0 ? "," : "").Append(name).Append("=\"");
        labels.Append(Escape(value).Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
    }

    private static string Escape(string value) =>
        value
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
}
