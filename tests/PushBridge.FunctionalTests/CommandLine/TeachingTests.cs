using System.CommandLine;
using System.Text.Json;
using System.Text.RegularExpressions;
using PushBridge.FunctionalTests.Documents;
using PushBridge.FunctionalTests.Peers;
using PushBridge.Server.CommandLine;

namespace PushBridge.FunctionalTests.CommandLine;

/// <summary>What the program teaches: help, completion, and the self-test.</summary>
public sealed partial class TeachingTests
{
    public static TheoryData<string> Verbs =>
        [.. PushBridgeCommand.NewRoot().Subcommands.Select(command => command.Name)];

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Every_command_has_examples_that_are_command_lines(string verb)
    {
        Verb command = (Verb)
            PushBridgeCommand.NewRoot().Subcommands.Single(one => one.Name == verb);

        command.Examples.Should().NotBeEmpty();
        foreach (string[] line in command.Examples.SelectMany(CommandLines))
        {
            PushBridgeCommand.NewRoot().Parse(line).Errors.Should().BeEmpty(string.Join(' ', line));
        }
    }

    [Fact]
    public async Task The_README_s_command_lines_are_command_lines_and_none_is_left_out()
    {
        string readme = await File.ReadAllTextAsync(Repository.File("README.md"));
        string chapter = readme.Split("\n## Command line\n")[1].Split("\n## ")[0];
        string[][] lines = [.. chapter.Split('\n').SelectMany(CommandLines)];

        lines.Should().NotBeEmpty();
        foreach (string[] line in lines)
        {
            PushBridgeCommand.NewRoot().Parse(line).Errors.Should().BeEmpty(string.Join(' ', line));
        }
        foreach (Command command in PushBridgeCommand.NewRoot().Subcommands)
        {
            chapter.Should().Contain(command.Name);
        }
        foreach ((int code, _) in ExitCode.Meanings)
        {
            chapter.Should().Contain($"`{code}`");
        }
    }

    [Fact]
    public async Task Help_shows_examples_and_exit_codes()
    {
        var (code, output, errors) = await ServerProcess.RunAsync(["push", "--help"]);

        (code, errors).Should().Be((0, ""));
        output
            .Should()
            .Contain("pushbridge push <UID> <JSON>")
            .And.Contain("Examples:\n  pushbridge push uid1")
            .And.MatchRegex("Exit codes:\n +0 .*\n +1 .*\n +3 .*\n +78 ");
    }

    [Fact]
    public async Task Bash_completes_commands_options_and_values()
    {
        const string script = """
            program=("$@")
            pushbridge() { "${program[@]}" "$@"; }
            eval "$(pushbridge completion bash)"
            cd /
            for line in 'pushbridge sta' 'pushbridge start --log' 'pushbridge completion z'; do
                COMP_LINE=$line; COMP_POINT=${#line}
                read -ra COMP_WORDS <<<"$line"
                COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
                _pushbridge
                echo "${COMPREPLY[*]}"
            done
            complete -p pushbridge
            """;
        await using ServerProcess shell = ServerProcess.LaunchInShell(script, []);

        (await shell.ExitCodeAsync()).Should().Be(0);

        shell.Errors.Should().BeEmpty();
        shell
            .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Should()
            .Equal(
                "start status",
                "--log-file",
                "zsh",
                "complete -o default -F _pushbridge pushbridge"
            );
    }

    [Fact]
    public async Task The_self_test_measures_this_machine_whatever_is_configured()
    {
        var (code, output, errors) = await ServerProcess.RunAsync(
            ["bench", "--clients", "20", "--time", "0.2s", "--json"],
            [
                ("PushBridge__Clients__Authentication__Mode", "webhook"),
                ("PushBridge__Queue__MaxBytes", "1"),
            ]
        );

        (code, errors).Should().Be((0, ""));
        using JsonDocument measured = JsonDocument.Parse(output);
        measured.RootElement.GetProperty("clients").GetInt32().Should().Be(20);
        measured.RootElement.GetProperty("pushes").GetInt64().Should().BePositive();
        measured.RootElement.GetProperty("pushesPerSecond").GetDouble().Should().BePositive();
        JsonElement latency = measured.RootElement.GetProperty("latencyMs");
        latency
            .GetProperty("p99")
            .GetDouble()
            .Should()
            .BeGreaterThanOrEqualTo(latency.GetProperty("p50").GetDouble());
    }

    [Fact]
    public async Task The_self_test_refuses_numbers_beyond_its_bounds()
    {
        var (code, _, errors) = await ServerProcess.RunAsync(["bench", "--clients", "0"]);

        code.Should().Be(1);
        errors.Should().Contain("between 1 and");
    }

    [Theory]
    [InlineData("chekc-config", "there is no command 'chekc-config'; did you mean check-config?")]
    [InlineData("foo", "there is no command 'foo'")]
    [InlineData("--port 80", "there is no option --port")]
    [InlineData("--htpp=127.0.0.1:0", "there is no option --htpp; did you mean --http?")]
    [InlineData("start -x", "there is no option -x")]
    [InlineData("push uid1 --josn", "there is no option --josn; did you mean --json?")]
    [InlineData("push uid1 --josn 1 2", "there is no option --josn; did you mean --json?")]
    [InlineData("push a 1 c", "'c' is one argument too many")]
    [InlineData("completion fish", "SHELL: 'fish' is not one of bash, zsh")]
    [InlineData("token", "--uid: this option is needed: Who the client is to be")]
    [InlineData("token --uid u --ttl", "--ttl: a value has to follow (TIME)")]
    [InlineData("stop --timeout 5", "--timeout: '5' is no length of time, which is *")]
    [InlineData("status --server a --server b", "--server: may be given only once")]
    [InlineData("connections --limit x", "--limit: 'x' is not a whole number")]
    [InlineData("bench --clients x", "--clients: 'x' is not a whole number")]
    [InlineData("tail uid1 -n x", "--count: 'x' is not a whole number")]
    [InlineData("push uid1", "push needs JSON: What to send, *")]
    [InlineData("push", "push needs UID: Who gets it", "push needs JSON: What to send, *")]
    public async Task A_mistake_in_the_command_line_is_one_line_with_its_name(
        string line,
        params string[] problems
    )
    {
        string[] arguments = line.Split(' ');

        var (code, output, errors) = await ServerProcess.RunAsync(arguments);

        (code, output).Should().Be((1, ""));
        string[] lines = errors.Split('\n');
        lines.Should().HaveCount(problems.Length + 1);
        foreach ((string problem, string said) in problems.Zip(lines))
        {
            said.Should().Match($"pushbridge: {problem}");
        }
        string verb = PushBridgeCommand.NewRoot().Subcommands.Any(one => one.Name == arguments[0])
            ? $" {arguments[0]}"
            : "";
        lines[^1].Should().Be($"See pushbridge{verb} --help");
    }

    [Fact]
    public async Task What_stands_behind_two_dashes_is_an_argument_whatever_it_looks_like()
    {
        var (code, _, errors) = await ServerProcess.RunAsync([
            "push",
            "--server",
            "http://127.0.0.1:1",
            "--",
            "--uid",
            "-5",
        ]);

        code.Should().Be(3);
        errors.Should().Contain("not running");
    }

    /// <summary>The calls of the program in a line of a shell, as its arguments; what is in quotes is one of them, whatever it says.</summary>
    private static IEnumerable<string[]> CommandLines(string line) =>
        Quotation()
            .Replace(line, "quoted")
            .Split('#')[0]
            .Split(["&&", "||", "|", "$(", ")"], StringSplitOptions.TrimEntries)
            .Select(part => Call().Match(part))
            .Where(call => call.Success)
            .Select(call =>
                call.Groups["arguments"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            );

    [GeneratedRegex("'[^']*'", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Quotation();

    [GeneratedRegex(
        @"^([\w.]+=\S* |watch )*pushbridge( (?<arguments>.*))?$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Call();
}
