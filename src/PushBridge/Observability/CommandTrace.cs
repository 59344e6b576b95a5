using System.Diagnostics;

namespace PushBridge.Observability;

/// <summary>
/// Spans of the activity source <c>PushBridge</c>: one for each request of a backend over HTTP, as part of the trace that the backend is in.
/// They say what was asked for and what became of it; never for whom, nor what was sent.
/// </summary>
internal static class CommandTrace
{
    public const string SourceName = "PushBridge";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Whether anybody records spans; while nobody does, there are none.</summary>
    public static bool IsOn => Source.HasListeners();

    /// <param name="command">What the API calls it, such as <c>push</c>.</param>
    /// <param name="headers">The request's, for the trace that it is part of (W3C trace context).</param>
    /// <returns>Null when this trace is not sampled.</returns>
    public static Activity? Start(string command, IHeaderDictionary headers)
    {
        // Where the application traces its requests itself, this is a part of what it records. The web server's own activity,
        // which is there for its log and which nobody records, is not.
        if (Activity.Current is { Source.Name.Length: > 0 })
        {
            return Source.StartActivity($"pushbridge.{command}");
        }
        bool isPart = ActivityContext.TryParse(
            headers.TraceParent,
            headers.TraceState,
            isRemote: true,
            out ActivityContext caller
        );
        return StartAt(command, isPart ? caller : default);
    }

    /// <param name="outcome">Its name on the wire.</param>
    /// <param name="connections">How many connections took it, or were counted; null when that was not asked.</param>
    public static void Finish(Activity span, string outcome, int? connections = null)
    {
        span.SetTag("pushbridge.outcome", outcome);
        if (connections is not null)
        {
            span.SetTag("pushbridge.connections", connections);
        }
    }

    private static Activity? StartAt(string command, ActivityContext caller)
    {
        // Without a parent it would become a part of the current activity.
        Activity? current = Activity.Current;
        Activity.Current = null;
        Activity? span = Source.StartActivity($"pushbridge.{command}", ActivityKind.Server, caller);
        Activity.Current ??= current;
        return span;
    }
}
