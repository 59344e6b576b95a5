using Microsoft.AspNetCore.Routing;
using PushBridge.Commands;
using PushBridge.Connections;
using PushBridge.Operators;

namespace PushBridge.Backends.Http;

/// <summary>What operators read: the server's numbers, and who is connected. Nothing here is a command, and nothing is counted as one.</summary>
internal static class OperatorApi
{
    private const string Uids =
        """{"ok":true,"uids":[{"uid":"uid1","connections":1}],"partial":false}""";
    private const string Details = """
        {"ok":true,"connections":[{"id":"0HNQ7","kind":"raw","ageSeconds":12.5,"queueBytes":0}],"closed":[],"partial":false}
        """;
    private const string Stats = """
        {"at":1795305600000,"node":{"name":"push1","pid":1234,"version":"0.1.0","runtime":"10.0.12","uptimeSeconds":61.5,"memoryBytes":90000000,"cpuSeconds":1.25,"cores":2,"isDraining":false},
        "connections":{"raw":1,"hub":0},"opened":1,"uids":1,"groups":1,"queueBytes":0,
        "commands":{"text":{},"http":{"ok":1},"embedded":{},"hub":{}},"messages":0,"deliveries":0,"slowConsumers":0,"closes":{},"refused":{},"limits":{}}
        """;
    private const string History = """
        {"columns":["at","raw","hub","queueBytes","messages","deliveries","ok","failed","slowConsumers"],"rows":[[1795305600000,1,0,0,0,0,1,0,0]]}
        """;

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/uids", Find)
            .WithMetadata(
                new ApiOperation(
                    "findUids",
                    "Who is connected",
                    "Uids that begin with the query, in order; partial when there are more. At most 50,000 are looked at.",
                    Uids
                )
            );
        api.MapGet("/uids/{uid}/connections", Describe)
            .WithMetadata(
                new ApiOperation(
                    "connections",
                    "The connections of a uid",
                    "Live ones, and the last ones that the server ended, with the close code.",
                    Details
                )
            );
        api.MapGet("/stats", Read)
            .WithMetadata(
                new ApiOperation(
                    "stats",
                    "The server's numbers",
                    "What is there now, and what was counted since the start.",
                    Stats
                )
            );
        api.MapGet("/stats/history", Remember)
            .WithMetadata(
                new ApiOperation(
                    "history",
                    "The last five minutes",
                    "A row for each second, oldest first.",
                    History
                )
            );
    }

    private static IResult Find(UidFinder finder, string? query, int? limit)
    {
        if (query is { Length: > UidRules.MaxBytes })
        {
            return ApiProblem.BadRequest($"A query has at most {UidRules.MaxBytes} characters.");
        }
        return limit is < 1 or > UidFinder.MaxLimit
            ? ApiProblem.BadRequest($"A limit is between 1 and {UidFinder.MaxLimit}.")
            : new SnapshotResult<UidList>(
                finder.Find(query ?? "", limit ?? UidFinder.DefaultLimit),
                OperatorsJson.Default.UidList
            );
    }

    private static IResult Describe(HttpContext context, UidFinder finder, string uid) =>
        PathNames.Exact(context, "uid", uid) is { } exact && UidRules.IsValid(exact)
            ? new SnapshotResult<UidDetails>(
                finder.Describe(exact),
                OperatorsJson.Default.UidDetails
            )
            : ApiProblem.BadRequest(CommandRules.Name);

    private static SnapshotResult<ServerStats> Read(StatsReader reader) =>
        new(reader.Read(), OperatorsJson.Default.ServerStats);

    private static SnapshotResult<StatsHistory> Remember(StatsRecorder recorder) =>
        new(recorder.Read(), OperatorsJson.Default.StatsHistory);
}
