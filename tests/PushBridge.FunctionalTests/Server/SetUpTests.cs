using PushBridge.FunctionalTests.Documents;
using PushBridge.FunctionalTests.Hosting;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Server;

/// <summary>From nothing to a server that knows its clients: <c>init</c>, <c>serve --config</c>, <c>token</c>, and a token made in PHP.</summary>
public sealed class SetUpTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("pushbridge-");

    private string ConfigurationFile => Path.Combine(folder.FullName, "pushbridge.json");

    [Fact]
    public async Task A_written_configuration_starts_a_server_that_takes_its_tokens_and_no_others()
    {
        (int code, string output, string errors) = await ServerProcess.RunAsync([
            "init",
            ConfigurationFile,
        ]);
        (code, errors).Should().Be((0, ""));
        output.Should().Contain("serve --config").And.NotContain(SecretsOf(ConfigurationFile)[0]);
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(ConfigurationFile)
                .Should()
                .Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        Array.ForEach(SecretsOf(ConfigurationFile), secret => KnownSecrets.Register(secret));
        await using ServerProcess server = await ServerProcess.StartAsync(
            "serve",
            "--config",
            ConfigurationFile
        );
        string token = await TokenAsync("--uid", "uid1", "--ttl", "5m", "--group", "staff");
        await using RawClient client = await RawClient.ConnectAsync(server.ClientsUrl, token);
        (await client.CodeAsync()).Should().Be(0);
        await using RawClient liar = await RawClient.ConnectAsync(server.ClientsUrl, "uid1");
        (await liar.CodeAsync()).Should().Be(4401);

        await using TextBackend backend = await TextBackend.ConnectAsync(server.Text);
        string secret = SecretsOf(ConfigurationFile)[1];
        (await backend.AskAsync($$"""{"$cmd":"auth","secret":"{{secret}}"}""")).Should().Be("ok");
        (await backend.AskAsync("""{"$cmd":"group","group":"staff","data":1}""")).Should().Be("ok");
        (await client.NextAsync()).Should().Be("1");
    }

    [Fact]
    public async Task Two_configurations_have_different_secrets_and_none_is_overwritten()
    {
        await ServerProcess.RunAsync(["init", ConfigurationFile]);
        string first = await File.ReadAllTextAsync(ConfigurationFile);

        (int code, _, string errors) = await ServerProcess.RunAsync(["init", ConfigurationFile]);
        code.Should().Be(1);
        errors.Split('\n').Should().ContainSingle().Which.Should().Contain("already exists");
        (await File.ReadAllTextAsync(ConfigurationFile)).Should().Be(first);

        string other = Path.Combine(folder.FullName, "other.json");
        await ServerProcess.RunAsync(["init", other]);
        SecretsOf(other).Concat(SecretsOf(ConfigurationFile)).Should().OnlyHaveUniqueItems();
    }

    [Theory]
    [InlineData(78, "no key with a secret", "--uid", "u")]
    [InlineData(1, "--uid")]
    [InlineData(1, "--uid: A uid or group name has 1 to 256 bytes", "--uid", "")]
    [InlineData(1, "--group: A uid or group name has 1 to 256 bytes", "--uid", "u", "--group", "")]
    [InlineData(1, "such as 90s", "--uid", "u", "--ttl", "soon")]
    [InlineData(1, "such as 90s", "--uid", "u", "--ttl", "-1h")]
    [InlineData(
        78,
        "no such file: /nowhere/missing.json",
        "--uid",
        "u",
        "--config",
        "/nowhere/missing.json"
    )]
    [InlineData(78, "no such file: ", "--uid", "u", "--config", "")]
    [InlineData(78, "missing.json", "--uid", "u", "--config", "missing.json")]
    public async Task A_token_that_cannot_be_made_is_one_clear_line(
        int exitCode,
        string problem,
        params string[] arguments
    )
    {
        (int code, string output, string errors) = await ServerProcess.RunAsync([
            "token",
            .. arguments,
        ]);

        code.Should().Be(exitCode);
        errors.Should().Contain(problem).And.NotContain("   at ");
        output.Should().NotContain("eyJ", "no token is printed");
    }

    [Fact]
    public async Task A_key_that_there_is_not_is_told_from_none_at_all()
    {
        const string keys = "PushBridge__Clients__Authentication__Token__Keys";

        var (code, output, errors) = await ServerProcess.RunAsync(
            ["token", "--uid", "u", "--kid", "nope"],
            [
                ($"{keys}__0__Kid", "old"),
                ($"{keys}__0__Secret", TestTokens.Secret),
                ($"{keys}__1__Secret", TestTokens.Secret),
            ]
        );

        (code, output, errors)
            .Should()
            .Be(
                (
                    1,
                    "",
                    "pushbridge: --kid: there is no key 'nope' with a secret; there are 'old', one without a name"
                )
            );
    }

    [Theory]
    [InlineData("a b.json")]
    [InlineData("it's $(mine).json")]
    public async Task What_follows_on_a_written_configuration_can_be_typed_as_it_is_printed(
        string name
    )
    {
        string path = Path.Combine(folder.FullName, name);
        var (_, output, _) = await ServerProcess.RunAsync(["init", path]);
        Array.ForEach(SecretsOf(path), secret => KnownSecrets.Register(secret));
        string command = output.Split('\n')[2].Split("pushbridge ")[1];

        await using ServerProcess shell = ServerProcess.LaunchInShell(
            $"\"$@\" {command.Replace(" --uid uid1", "")} --uid uid1",
            []
        );

        (await shell.ExitCodeAsync()).Should().Be(0, shell.Errors);
        shell.Output.Should().StartWith("eyJ");
    }

    [Fact]
    public async Task A_bad_configuration_file_is_named()
    {
        await File.WriteAllTextAsync(ConfigurationFile, "{ \"PushBridge\": ");

        (int code, _, string errors) = await ServerProcess.RunAsync([
            "serve",
            "--config",
            ConfigurationFile,
        ]);

        code.Should().Be(78);
        errors.Should().Contain(ConfigurationFile).And.NotContain("   at ");
    }

    [Fact]
    public async Task A_token_made_by_the_README_s_PHP_is_good()
    {
        string code = await File.ReadAllTextAsync(Repository.File("README.md"));
        code = code.Split("## Who clients are")[1].Split("```php\n")[1].Split("```")[0];
        code.Trim().Split('\n').Length.Should().BeLessThanOrEqualTo(8);
        await using PushBridgeServer server = await PushBridgeServer.StartAsync(
            "Clients:Authentication:Mode=token",
            $"Clients:Authentication:Token:Keys:0:Secret={TestTokens.Secret}"
        );

        ProgramResult script = await PhpCli.RunAsync(
            $"<?php error_reporting(E_ALL);\n{code}\necho pushToken('grüße', '{TestTokens.Secret}');"
        );

        script.Errors.Should().BeEmpty();
        await using RawClient client = await RawClient.ConnectAsync(
            server.ClientsUrl,
            script.Output
        );
        await server.WaitForUidAsync("grüße");
    }

    public void Dispose() => folder.Delete(recursive: true);

    private async Task<string> TokenAsync(params string[] arguments)
    {
        (int code, string output, string errors) = await ServerProcess.RunAsync([
            "token",
            "--config",
            ConfigurationFile,
            .. arguments,
        ]);
        (code, errors).Should().Be((0, ""));
        return output.Trim();
    }

    /// <summary>The secrets in a file, which are its long hexadecimal strings: the clients' key, then the backends'.</summary>
    private static string[] SecretsOf(string file) =>
        [
            .. File.ReadAllText(file)
                .Split('"')
                .Where(text => text.Length == 64 && text.All(char.IsAsciiHexDigitLower)),
        ];
}
