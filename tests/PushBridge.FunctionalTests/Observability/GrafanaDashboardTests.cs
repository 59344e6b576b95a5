using System.Text.Json;
using System.Text.RegularExpressions;
using PushBridge.FunctionalTests.Documents;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Observability;

/// <summary>The ready-made dashboard asks for what a server really has.</summary>
public sealed partial class GrafanaDashboardTests
{
    private const string Dashboard = "src/PushBridge.Server/operations/grafana-dashboard.json";

    /// <summary>What Prometheus itself adds to everything it scrapes.</summary>
    private static readonly string[] Scraped = ["job", "instance"];

    [Fact]
    public async Task Every_query_names_metrics_and_labels_that_the_server_has_and_never_a_uid()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var server = await PushBridgeServer.StartAsync(
            $"Backplane:Redis={redis.Address}"
        );
        using var http = new HttpClient { BaseAddress = server.HttpUrl };
        var scrape = await Scrape.OfAsync(http);
        var labels = scrape
            .Samples.Keys.GroupBy(sample => sample.Split('{')[0])
            .ToDictionary(
                metric => metric.Key,
                metric =>
                    metric
                        .SelectMany(sample => LabelOfSample().Matches(sample))
                        .Select(label => label.Groups["label"].Value)
                        .Concat(Scraped)
                        .ToHashSet()
            );
        var queries = Queries();

        queries.Should().HaveCountGreaterThan(20);
        foreach (var query in queries)
        {
            var metrics = Metric().Matches(query).Select(match => match.Value).ToArray();
            metrics.Should().NotBeEmpty(query);
            metrics.Should().BeSubsetOf(labels.Keys, query);
            LabelsOf(query)
                .Should()
                .BeSubsetOf(metrics.SelectMany(metric => labels[metric]), query)
                .And.NotContain("uid", query);
        }
    }

    [Fact]
    public void Every_panel_has_its_own_place_and_number()
    {
        var panels = Read().GetProperty("panels").EnumerateArray().ToArray();

        panels.Select(panel => panel.GetProperty("id").GetInt32()).Should().OnlyHaveUniqueItems();
        panels
            .Select(panel => panel.GetProperty("gridPos"))
            .SelectMany(place =>
                from x in Enumerable.Range(Of(place, "x"), Of(place, "w"))
                from y in Enumerable.Range(Of(place, "y"), Of(place, "h"))
                select (x, y)
            )
            .Should()
            .OnlyHaveUniqueItems()
            .And.OnlyContain(cell => cell.x < 24);

        static int Of(JsonElement place, string name) => place.GetProperty(name).GetInt32();
    }

    private static JsonElement Read() =>
        JsonDocument.Parse(File.ReadAllText(Repository.File(Dashboard))).RootElement;

    private static string[] Queries()
    {
        var dashboard = Read();
        var panels = dashboard
            .GetProperty("panels")
            .EnumerateArray()
            .Where(panel => panel.TryGetProperty("targets", out _))
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
            .Select(target => target.GetProperty("expr").GetString()!);
        var variables = dashboard
            .GetProperty("templating")
            .GetProperty("list")
            .EnumerateArray()
            .Where(variable => variable.GetProperty("type").GetString() == "query")
            .Select(variable => variable.GetProperty("query").GetProperty("query").GetString()!);
        return [.. panels, .. variables];
    }

    private static IEnumerable<string> LabelsOf(string query) =>
        LabelOfQuery()
            .Matches(query)
            .SelectMany(match => match.Groups["label"].Captures)
            .Select(label => label.Value);

    [GeneratedRegex(@"\b(pushbridge|dotnet)_\w+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Metric();

    [GeneratedRegex("[{,](?<label>[a-z_]+)=\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LabelOfSample();

    /// <summary>In a selector, in a grouping, and as what a variable lists.</summary>
    [GeneratedRegex(
        @"[{,](?<label>[a-z_]+)=~?""|by \((?<label>[a-z_]+)(, (?<label>[a-z_]+))*\)|, (?<label>[a-z_]+)\)\z",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex LabelOfQuery();
}
