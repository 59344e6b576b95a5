using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using PushBridge.Observability;

namespace PushBridge.Tests.Observability;

public sealed class CommandTraceTests
{
    private const string Caller = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    [Fact]
    public void Start_ApplicationTracesTheRequest_IsPartOfItsSpan()
    {
        using ActivitySource application = new("An application");
        using ActivityListener listener = Listen(CommandTrace.SourceName, application.Name);
        using Activity request = application.StartActivity("request")!;

        using Activity span = CommandTrace.Start("push", From(Caller))!;

        span.ParentSpanId.Should().Be(request.SpanId);
        span.Kind.Should().Be(ActivityKind.Internal);
    }

    [Fact]
    public void Start_ActivityThatNobodyRecords_IsPartOfTheCallersTrace()
    {
        using ActivityListener listener = Listen(CommandTrace.SourceName);
        using Activity webServers = new Activity("for the log").Start();

        using (Activity span = CommandTrace.Start("push", From(Caller))!)
        {
            span.ParentId.Should().Be(Caller);
            span.Kind.Should().Be(ActivityKind.Server);
            Activity.Current.Should().BeSameAs(span);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("00-not-a-trace-01")]
    public void Start_NoTrace_BeginsOne(string caller)
    {
        using ActivityListener listener = Listen(CommandTrace.SourceName);
        using Activity webServers = new Activity("for the log").Start();

        using Activity span = CommandTrace.Start("push", From(caller))!;

        span.ParentId.Should().BeNull();
    }

    [Fact]
    public void Start_NotSampled_LeavesTheActivityAsItIs()
    {
        using ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name == CommandTrace.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) =>
                ActivitySamplingResult.None,
        };
        ActivitySource.AddActivityListener(listener);
        using Activity webServers = new Activity("for the log").Start();

        CommandTrace.Start("push", From(Caller)).Should().BeNull();

        Activity.Current.Should().BeSameAs(webServers);
    }

    private static HeaderDictionary From(string caller) => new() { ["traceparent"] = caller };

    private static ActivityListener Listen(params string[] sources)
    {
        ActivityListener listener = new()
        {
            ShouldListenTo = source => sources.Contains(source.Name),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) =>
                ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
