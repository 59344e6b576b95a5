using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Observability;

/// <summary>The log as people read it.</summary>
public sealed class TextLogTests
{
    [Theory]
    [InlineData("", @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info: PushBridge\.")]
    [InlineData("8:1234", @"^info: PushBridge\.")]
    public async Task A_line_begins_with_its_time_unless_the_journal_writes_it(
        string journal,
        string line
    )
    {
        await using ServerProcess server = await ServerProcess.StartAsync(
            ServerProcess.FreePorts,
            [("JOURNAL_STREAM", journal)]
        );
        await server.TerminateAsync();
        (await server.ExitCodeAsync()).Should().Be(0);

        server
            .Output.Split('\n')
            .Should()
            .Contain(said => said.Contains("Drained"))
            .Which.Should()
            .MatchRegex(line);
    }
}
