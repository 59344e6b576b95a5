using System.Text.RegularExpressions;
using PushBridge.FunctionalTests.Documents;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Php;

/// <summary>The README's PHP is run as it is printed, and each row of its migration table does the same in both of its ways.</summary>
public sealed partial class ReadmeTests
{
    private const string End = "\"end of the row\"";

    private static readonly string Document = File.ReadAllText(Repository.File("README.md"));

    public static TheoryData<string, string> Rows
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (Match row in Row().Matches(Document))
            {
                rows.Add(row.Groups["line"].Value, row.Groups["php"].Value);
            }

            return rows;
        }
    }

    [Fact]
    public void The_table_has_its_rows() => Rows.Count.Should().BeGreaterThan(14);

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task A_row_does_the_same_on_the_text_port_and_in_PHP(string line, string php)
    {
        var byLine = await EffectAsync(async server =>
        {
            await using var backend = await TextBackend.ConnectAsync(server.Text);
            var reply = await backend.AskAsync(line);
            reply.Should().Match(text => text == "ok" || text.StartsWith("{\"ok\":true,"));
        });
        var byPhp = await EffectAsync(async server =>
        {
            await using var session = PhpSession.Start(server.Text);
            var value = await session.ValueAsync(php);
            value.Should().MatchRegex("""^(\{"ok":true,.*|true|[1-9]\d*)$""");
        });

        byPhp.Should().Equal(byLine);
    }

    [Theory]
    [InlineData("isOnline('uid1')", "true")]
    [InlineData("online('uid1')['uid1']", "2")]
    [InlineData("count()['connections']", "3")]
    [InlineData("count()['uids']", "2")]
    [InlineData("count('room1')['connections']", "3")]
    [InlineData("count('room1')['uids']", "2")]
    public async Task A_question_of_the_table_has_the_right_answer(string question, string answer)
    {
        Document.Should().Contain($"| `$push->{question}` |");
        await EffectAsync(async server =>
        {
            await using var session = PhpSession.Start(server.Text);
            (await session.ValueAsync($"$push->{question}")).Should().Be(answer);
        });
    }

    [Fact]
    public async Task The_helper_s_example_runs_as_printed()
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var client = await RawClient.JoinAsync(server, "uid1");
        var code = Document.Split("## PHP helper")[1].Split("```php\n")[1].Split("```")[0];
        code.Should().Contain("'PushBridge.php'").And.Contain("tcp://127.0.0.1:5678");

        var script = await PhpCli.RunAsync(
            "<?php error_reporting(E_ALL);\n"
                + code.Replace("'PushBridge.php'", $"'{Repository.File("src/php/PushBridge.php")}'")
                    .Replace("tcp://127.0.0.1:5678", $"tcp://{server.Text}")
        );

        script
            .Should()
            .Be(
                new ProgramResult(
                    0,
                    "reached: 1\nmessage 0: ok\nmessage 1: offline\nonline, 1 users\n",
                    ""
                )
            );
        (await client.NextAsync(4))
            .Should()
            .Equal(
                """{"percent":"88%"}""",
                """{"order":17,"state":"paid"}""",
                """{"text": "JSON that is ready"}""",
                "1"
            );
    }

    [Theory]
    [InlineData(1, "reached\n", "88%")]
    [InlineData(2, "ok\nok\n", "89%")]
    public async Task A_backend_with_a_secret_runs_as_printed(
        int nth,
        string output,
        string percent
    )
    {
        const string secret = "a-secret-of-the-backends";
        await using var server = await PushBridgeServer.StartAsync($"Backends:Secrets:0={secret}");
        await using var client = await RawClient.JoinAsync(server, "uid1");
        var code = Document
            .Split("## Backends from other machines")[1]
            .Split("```php\n")[nth]
            .Split("```")[0];
        code.Should().Contain("tcp://127.0.0.1:5678").And.Contain("PUSHBRIDGE_SECRET");

        var script = await PhpCli.RunAsync(
            $"<?php error_reporting(E_ALL); putenv('PUSHBRIDGE_SECRET={secret}');\n"
                + $"require_once '{Repository.File("src/php/PushBridge.php")}';\n"
                + code.Replace("tcp://127.0.0.1:5678", $"tcp://{server.Text}")
        );

        script.Should().Be(new ProgramResult(0, output, ""));
        (await client.NextAsync()).Should().Contain(percent);
    }

    [GeneratedRegex(
        @"^\| `.*` \| `(?<line>\{.*\})` \| `(?<php>\$push->.*)` \|$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Row();

    /// <summary>What two users in room1, one of them with two tabs, see of an action; and who is in which room after it.</summary>
    private static async Task<List<string>> EffectAsync(Func<PushBridgeServer, Task> action)
    {
        await using var server = await PushBridgeServer.StartAsync();
        await using var backend = await TextBackend.ConnectAsync(server.Text);
        await using var first = await RawClient.JoinAsync(server, "uid1");
        await using var tab = await RawClient.JoinAsync(server, "uid1", nth: 2);
        await using var second = await RawClient.JoinAsync(server, "uid2");
        await backend.AskAsync("""{"$cmd":"join","uid":["uid1","uid2"],"group":"room1"}""");

        await action(server);

        List<string> effect = [];
        await backend.AskAsync($$"""{"$cmd":"broadcast","data":{{End}}}""");
        foreach (var client in new[] { first, tab, second })
        {
            effect.Add(await SeenAsync(client));
        }

        if (effect[0].StartsWith("closed", StringComparison.Ordinal))
        {
            await server.WaitForUidAsync("uid1", connections: 0);
        }

        effect.Add(await backend.AskAsync("""{"$cmd":"online","uid":["uid1","uid2"]}"""));
        effect.Add(await backend.AskAsync("""{"$cmd":"count","group":"room1"}"""));
        effect.Add(await backend.AskAsync("""{"$cmd":"count","group":"room2"}"""));
        return effect;
    }

    private static async Task<string> SeenAsync(RawClient client)
    {
        var seen = "";
        try
        {
            for (string message; (message = await client.NextAsync()) != End; )
            {
                seen += message + "\n";
            }
        }
        catch (System.Threading.Channels.ChannelClosedException)
        {
            seen += $"closed {await client.Closed}";
        }

        return seen;
    }
}
