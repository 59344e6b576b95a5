using System.Net;
using System.Net.Sockets;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Observability;

/// <summary>The log as people read it.</summary>
public sealed class TextLogTests
{
    [Theory]
    [InlineData("")]
    [InlineData("8:1234")] // Inherited from a service, by a terminal for instance.
    public async Task A_line_begins_with_its_time(string journal)
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
            .MatchRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info: PushBridge\.");
    }

    [Fact]
    public async Task In_the_journal_it_begins_with_its_priority()
    {
        using TcpListener journal = new(IPAddress.Loopback, 0);
        journal.Start();
        string script = $$"""
            exec 3<>/dev/tcp/127.0.0.1/{{((IPEndPoint)journal.LocalEndpoint).Port}}
            inode=$(readlink /proc/self/fd/3 | tr -dc 0-9)
            JOURNAL_STREAM=8:$inode exec "$@" >&3
            """;
        await using ServerProcess server = ServerProcess.LaunchInShell(
            script,
            ServerProcess.FreePorts
        );
        using TcpClient stream = await journal.AcceptTcpClientAsync();
        using StreamReader reader = new(stream.GetStream());

        List<string> lines = [];
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(30));
        while (await reader.ReadLineAsync(deadline.Token) is { } line)
        {
            lines.Add(line);
            if (line.Contains("Ctrl+C"))
            {
                await server.TerminateAsync();
            }
        }

        lines
            .Should()
            .Contain(line => line.Contains("Drained"))
            .Which.Should()
            .StartWith("<6>PushBridge.");
    }
}
