using System.Globalization;
using System.Text.RegularExpressions;

namespace PushBridge.FunctionalTests.Observability;

/// <summary>
/// What a scraper reads from <c>/metrics</c>, by the rules of the text format 0.0.4 and the habits that promtool checks: whatever breaks one is
/// an exception with the line.
/// </summary>
internal sealed partial class Scrape
{
    private readonly Dictionary<string, string> types = new(StringComparer.Ordinal);
    private readonly HashSet<string> helps = new(StringComparer.Ordinal);
    private readonly HashSet<string> finished = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double> samples = new(StringComparer.Ordinal);
    private string? family;

    private Scrape() { }

    /// <summary>The type of each family.</summary>
    public IReadOnlyDictionary<string, string> Types => types;

    /// <summary>All samples by name and labels, as they stand in the text: <c>name{label="value"}</c>.</summary>
    public IReadOnlyDictionary<string, double> Samples => samples;

    public double this[string sample] =>
        samples.TryGetValue(sample, out var value)
            ? value
            : throw new KeyNotFoundException(
                $"{sample} is not among\n{string.Join('\n', samples.Keys)}"
            );

    public static async Task<Scrape> OfAsync(HttpClient http)
    {
        using var response = await http.GetAsync("/metrics");
        response.EnsureSuccessStatusCode();
        response
            .Content.Headers.ContentType!.ToString()
            .Should()
            .Be("text/plain; version=0.0.4; charset=utf-8");
        return Parse(await response.Content.ReadAsStringAsync());
    }

    public static Scrape Parse(string text)
    {
        if (!text.EndsWith('\n') || text.Contains('\r'))
        {
            throw new FormatException("Every line ends with a line feed and nothing else.");
        }
        var scrape = new Scrape();
        foreach (var line in text[..^1].Split('\n'))
        {
            try
            {
                scrape.Read(line);
            }
            catch (Exception exception) when (exception is not FormatException)
            {
                throw new FormatException(line, exception);
            }
        }
        scrape.CheckHistograms();
        return scrape;
    }

    private void Read(string line)
    {
        if (HelpLine().Match(line) is { Success: true } help)
        {
            Begin(help.Groups["name"].Value, line);
            Require(helps.Add(family!), line, "help given twice");
        }
        else if (TypeLine().Match(line) is { Success: true } type)
        {
            Begin(type.Groups["name"].Value, line);
            Require(types.TryAdd(family!, type.Groups["type"].Value), line, "type given twice");
        }
        else if (SampleLine().Match(line) is { Success: true } sample)
        {
            ReadSample(sample, line);
        }
        else
        {
            throw new FormatException($"Neither help, type nor sample: {line}");
        }
    }

    /// <summary>The lines of a family stand together.</summary>
    private void Begin(string name, string line)
    {
        if (name == family)
        {
            return;
        }
        if (family is not null)
        {
            finished.Add(family);
        }
        Require(!finished.Contains(name), line, "a family that was left before");
        family = name;
    }

    private void ReadSample(Match sample, string line)
    {
        var name = sample.Groups["name"].Value;
        var labels = sample.Groups["label"].Captures.Select(label => label.Value).ToArray();
        Require(family is not null && types.ContainsKey(family), line, "a sample without a type");
        Require(labels.Distinct().Count() == labels.Length, line, "a label given twice");
        Require(!labels.Contains("uid"), line, "a uid in a label");
        var suffixes = types[family!] == "histogram" ? new[] { "_bucket", "_sum", "_count" } : [""];
        Require(
            suffixes.Any(suffix => name == family + suffix),
            line,
            $"a sample of another family than {family}"
        );
        Require(
            types[family!] == "counter" == name.EndsWith("_total", StringComparison.Ordinal),
            line,
            "counters, and only they, end with _total"
        );
        Require(
            types[family!] == "histogram"
                || !new[] { "_count", "_sum", "_bucket" }.Any(ending =>
                    name.EndsWith(ending, StringComparison.Ordinal)
                ),
            line,
            "an ending that belongs to histograms"
        );
        Require(
            labels.Contains("le") == name.EndsWith("_bucket", StringComparison.Ordinal),
            line,
            "le belongs to buckets"
        );
        Require(
            samples.TryAdd(line[..line.LastIndexOf(' ')], Number(sample.Groups["value"].Value)),
            line,
            "a sample given twice"
        );
    }

    private void CheckHistograms()
    {
        foreach (var name in types.Where(type => type.Value == "histogram").Select(t => t.Key))
        {
            var buckets = samples
                .Where(sample =>
                    sample.Key.StartsWith($"{name}_bucket{{", StringComparison.Ordinal)
                )
                .Select(sample =>
                    (Bound: Number(Bound().Match(sample.Key).Groups["bound"].Value), sample.Value)
                )
                .ToArray();
            buckets.Select(bucket => bucket.Bound).Should().BeInAscendingOrder();
            buckets.Select(bucket => bucket.Value).Should().BeInAscendingOrder();
            buckets[^1].Should().Be((double.PositiveInfinity, samples[$"{name}_count"]));
            samples.Should().ContainKey($"{name}_sum");
        }
    }

    private static double Number(string text) =>
        text switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
        };

    private static void Require(bool holds, string line, string problem)
    {
        if (!holds)
        {
            throw new FormatException($"{problem}: {line}");
        }
    }

    [GeneratedRegex(
        @"\A# HELP (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (\\\\|\\n|[^\\])+\z",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex HelpLine();

    [GeneratedRegex(
        @"\A# TYPE (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<type>counter|gauge|histogram|summary|untyped)\z",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex TypeLine();

    [GeneratedRegex(
        """\A(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<label>[a-zA-Z_][a-zA-Z0-9_]*)="(\\\\|\\n|\\"|[^\\"])*"(,(?<label>[a-zA-Z_][a-zA-Z0-9_]*)="(\\\\|\\n|\\"|[^\\"])*")*\})? (?<value>[-+]?(Inf|NaN|[0-9.]+([eE][-+]?[0-9]+)?))\z""",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex SampleLine();

    [GeneratedRegex("le=\"(?<bound>[^\"]*)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Bound();
}
