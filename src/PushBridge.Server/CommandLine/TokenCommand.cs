using System.CommandLine;
using System.CommandLine.Parsing;
using Microsoft.Extensions.Options;
using PushBridge.Connections;
using PushBridge.Hosting.Options;

namespace PushBridge.Server.CommandLine;

/// <summary><c>token</c>: makes a token that the server configured the same way takes, for trying things out and for scripts.</summary>
internal sealed class TokenCommand
{
    private static readonly TimeSpan DefaultLifetime = TimeSpan.FromHours(1);

    private readonly Option<string> uid = new("--uid")
    {
        Description = "Who the client is to be",
        HelpName = "UID",
        Required = true,
    };
    private readonly Option<TimeSpan?> lifetime = new("--ttl")
    {
        Description = "How long the token is good: 90s, 15m, 1h, 7d [default: 1h]",
        HelpName = "TIME",
        CustomParser = argument => Duration.Parse(argument),
    };
    private readonly Option<string[]> groups = new("--group")
    {
        Description = "A group the client is put into; may be given several times",
        HelpName = "GROUP",
    };
    private readonly Option<string?> kid = new("--kid")
    {
        Description = "Which of the configured keys signs it [default: the first with a secret]",
        HelpName = "KID",
    };
    private readonly Option<string?> config = ConfigurationFile.NewOption();

    public TokenCommand()
    {
        Command = new Verb(
            "token",
            "Print a token for a client, signed with a key of PushBridge:Clients:Authentication:Token:Keys",
            "pushbridge token --config pushbridge.json --uid uid1",
            "pushbridge token --config pushbridge.json --uid uid1 --group staff --ttl 15m"
        );
        // The server would not take a token with any other.
        uid.Validators.Add(Names);
        groups.Validators.Add(Names);
        foreach (Option option in (Option[])[uid, lifetime, groups, kid, config])
        {
            Command.Options.Add(option);
        }
        Command.SetAction(
            (result, _) => CommandError.GuardAsync(() => Task.FromResult(Print(result)))
        );
    }

    public Command Command { get; }

    private static void Names(OptionResult option)
    {
        if (!option.Tokens.All(name => UidRules.IsValid(name.Value)))
        {
            option.AddError(Commands.CommandRules.Name);
        }
    }

    private int Print(ParseResult result)
    {
        ClientOptions options = new();
        ConfigurationFile
            .Load(result.GetValue(config))
            .GetSection(ClientOptions.Section)
            .Bind(options);
        ValidateOptionsResult valid = new OptionsValidator<ClientOptions>(
            ClientOptions.Section
        ).Validate(null, options);
        if (valid.Failed)
        {
            return CommandError.Report(ExitCode.Configuration, [.. valid.Failures]);
        }
        ClientToken tokens = new(options.Authentication.Token, TimeProvider.System);
        if (tokens.Find(result.GetValue(kid)) is not { } key)
        {
            return tokens.Kids is { Count: > 0 } kids
                ? CommandError.Report(
                    ExitCode.Failure,
                    $"--kid: there is no key '{result.GetValue(kid)}' with a secret; there are {string.Join(", ", kids)}"
                )
                : CommandError.Report(
                    ExitCode.Configuration,
                    "PushBridge:Clients:Authentication:Token:Keys: no key with a secret to sign with; pushbridge init makes one"
                );
        }
        Console.Out.WriteLine(
            tokens.Make(
                key,
                result.GetRequiredValue(uid),
                result.GetValue(lifetime) ?? DefaultLifetime,
                result.GetValue(groups) ?? []
            )
        );
        return ExitCode.Success;
    }
}
