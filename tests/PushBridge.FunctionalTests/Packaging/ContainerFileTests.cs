using System.Text.Json;
using System.Text.RegularExpressions;
using PushBridge.FunctionalTests.Documents;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Packaging;

/// <summary>What the files for containers promise: reachable from this machine only, no secrets in them, as few rights as can be.</summary>
public sealed partial class ContainerFileTests
{
    [Fact]
    public async Task Without_a_profile_there_are_the_server_and_the_demo_site()
    {
        var compose = await ComposeFile.Single;

        compose.Services.Keys.Should().BeEquivalentTo("pushbridge", "demo", "secrets");
        compose
            .Services.Keys.SelectMany(service => compose.List(service, "ports"))
            .Should()
            .OnlyContain(port => port.StartsWith("127.0.0.1:", StringComparison.Ordinal))
            .And.HaveCount(4);
        compose.Environment("pushbridge")["PushBridge__Backplane__Redis"].Should().BeEmpty();
    }

    [Fact]
    public async Task The_cluster_adds_redis_a_second_node_and_a_balancer()
    {
        var single = await ComposeFile.Single;
        var cluster = await ComposeFile.Cluster;

        cluster
            .Services.Keys.Except(single.Services.Keys)
            .Should()
            .BeEquivalentTo("pushbridge2", "redis", "balancer");
        cluster
            .Services.Keys.SelectMany(service => cluster.List(service, "ports"))
            .Should()
            .OnlyContain(port => port.StartsWith("127.0.0.1:", StringComparison.Ordinal));
        cluster
            .Environment("pushbridge2")
            .Should()
            .Equal(cluster.Environment("pushbridge"))
            .And.Contain("PushBridge__Backplane__Redis", "redis:6379");
        cluster.Environment("demo")["PUSHBRIDGE_CLIENTS"].Should().Be("http://127.0.0.1:1230");
    }

    [Fact]
    public async Task The_balancer_says_so_when_the_nodes_know_nothing_of_each_other()
    {
        var command = (await ComposeFile.Cluster).List("balancer", "command");
        // What is left of compose's own escape is what the shell gets.
        var script = command[2].Replace("$$", "$");

        var result = await ChildProcess.RunAsync(command[0], [command[1], script]);

        result.ExitCode.Should().Be(1);
        result.Errors.Should().Contain($"--env-file {ComposeFile.ClusterEnvironment}");
        File.Exists(Repository.File(ComposeFile.ClusterEnvironment)).Should().BeTrue();
    }

    [Fact]
    public async Task The_balancer_knows_the_nodes_by_their_names_and_ports()
    {
        var compose = await ComposeFile.Cluster;
        var file = await File.ReadAllTextAsync(
            Repository.File("src/PushBridge.Server/operations/haproxy.cfg")
        );
        var ports = ImageFile.Read().Last("EXPOSE").Split(' ');

        var nodes = Node().Matches(file);
        nodes.Should().HaveCount(4);
        nodes
            .Select(node => node.Groups["name"].Value)
            .Distinct()
            .Should()
            .BeEquivalentTo(
                compose.Services.Keys.Where(name =>
                    name.StartsWith("pushbridge", StringComparison.Ordinal)
                )
            );
        nodes
            .SelectMany(node => new[] { node.Groups["port"].Value, node.Groups["check"].Value })
            .Distinct()
            .Should()
            .BeEquivalentTo(ports);
        compose
            .List("balancer", "ports")
            .Select(port => port.Split(':', '/')[2])
            .Should()
            .Equal(Bind().Matches(file).Select(bind => bind.Groups["port"].Value));
    }

    [Fact]
    public async Task Jobs_of_the_demo_site_find_a_node_that_runs_and_every_node_knows_its_names()
    {
        var single = await ComposeFile.Single;
        var cluster = await ComposeFile.Cluster;

        single.Environment("demo")["PUSHBRIDGE_TEXT"].Should().Be("pushbridge:5678");
        cluster.Environment("demo")["PUSHBRIDGE_TEXT"].Should().Be("balancer:5670");
        foreach (var node in (string[])["pushbridge", "pushbridge2"])
        {
            cluster
                .Environment(node)
                .Where(variable => variable.Key.Contains("AllowedHosts"))
                .Select(variable => variable.Value)
                .Should()
                .Contain(["pushbridge", "pushbridge2"], "whoever scrapes it calls it so");
            TimeSpan
                .Parse(cluster.Environment(node)["PushBridge__Drain__Delay"])
                .Should()
                .BeGreaterThan(TimeSpan.FromSeconds(2), "two checks a second apart see it");
        }
    }

    [Fact]
    public async Task No_service_has_a_secret_in_the_file_or_a_right_that_it_does_not_need()
    {
        var compose = await ComposeFile.Cluster;

        foreach (var (name, service) in compose.Services)
        {
            compose
                .Environment(name)
                .Where(variable => IsSecret(variable.Key))
                .Should()
                .NotContain(
                    variable =>
                        variable.Value != ""
                        && !variable.Value.StartsWith("/secrets/", StringComparison.Ordinal),
                    name
                );
            compose
                .Environment(name)
                .Keys.Should()
                .NotContain(
                    key => key.EndsWith("Insecure", StringComparison.Ordinal),
                    "the refusal rules hold"
                );
            compose.List(name, "cap_drop").Should().Equal(["ALL"], name);
            compose.List(name, "security_opt").Should().Equal(["no-new-privileges:true"], name);
            service.GetProperty("read_only").GetBoolean().Should().BeTrue(name);
            service.TryGetProperty("privileged", out _).Should().BeFalse(name);
        }
    }

    [Fact]
    public async Task Every_image_that_is_fetched_has_its_version()
    {
        var compose = await ComposeFile.Cluster;
        var bases = ImageFile
            .Read()
            .Instructions.Where(instruction => instruction.Name == "FROM")
            .Select(instruction => instruction.Value.Split(' ')[0]);

        compose
            .Services.Values.Where(service => !service.TryGetProperty("build", out JsonElement _))
            .Select(service => service.GetProperty("image").GetString()!)
            .Concat(bases)
            .Should()
            .OnlyContain(image => Version().IsMatch(image));
    }

    [Fact]
    public void The_image_restores_from_the_lock_files_before_it_sees_the_code()
    {
        var steps = ImageFile.Read().Instructions;
        var restore = steps
            .Select((step, index) => (step, index))
            .First(entry => entry.step.Value.Contains("dotnet restore"))
            .index;
        var copied = steps
            .Take(restore)
            .Where(step => step.Name == "COPY")
            .SelectMany(step => step.Value.Split(' ')[..^1])
            .ToArray();

        steps[restore].Value.Should().Contain("--locked-mode");
        copied
            .Should()
            .OnlyContain(file => File.Exists(Repository.File(file)), "no folder, and no mistake")
            .And.Contain(["Directory.Packages.props", "Directory.Build.props", "global.json"]);
        foreach (var project in new[] { "PushBridge", "PushBridge.Server" })
        {
            copied
                .Should()
                .Contain([$"src/{project}/{project}.csproj", $"src/{project}/packages.lock.json"]);
        }
        steps.Should().Contain(("USER", "$APP_UID"));
    }

    private static bool IsSecret(string name) =>
        name.Contains("SECRET", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(
        @"server \S+ (?<name>[\w-]+):(?<port>\d+) .*check port (?<check>\d+)",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Node();

    [GeneratedRegex(@"bind :(?<port>\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Bind();

    [GeneratedRegex(@":\d+(\.\d+)?(-[a-z-]+)?\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Version();
}
