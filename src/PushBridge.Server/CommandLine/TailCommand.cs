using System.CommandLine;
using PushBridge.Hosting.Options;
using PushBridge.Server.Remote;

namespace PushBridge.Server.CommandLine;

/// <summary><c>tail</c>: prints what a uid receives, a line for each message.</summary>
internal sealed class TailCommand
{
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromHours(1);

    private readonly Argument<string> uid = new("UID") { Description = "Whose messages" };
    private readonly Option<string?> token = new("--token")
    {
        Description =
            "The token that says who the client is [default: one signed with a key of the configuration, or the uid itself in the mode open]",
        HelpName = "TOKEN",
    };
    private readonly Option<int?> count = new("--count", "-n")
    {
        Description = "End after so many messages",
        HelpName = "N",
    };
    private readonly ServerAccess access = new("clients' port", "ws://127.0.0.1:1234");

    public TailCommand()
    {
        Command = new Verb(
            "tail",
            "Print what a uid receives, one message a line, until Ctrl+C or until nobody reads it; comes back when the connection is lost",
            "pushbridge tail uid1",
            "pushbridge tail uid1 --config pushbridge.json   # signs a token with that file's key",
            "pushbridge tail uid1 -n 1 | jq .percent"
        )
        {
            uid,
        };
        Command.Options.Add(token);
        Command.Options.Add(count);
        access.AddTo(Command);
        Command.SetAction(
            (result, cancellation) => CommandError.GuardAsync(() => TailAsync(result, cancellation))
        );
    }

    public Command Command { get; }

    private async Task<int> TailAsync(ParseResult result, CancellationToken cancellation)
    {
        ClientOptions clients = ServerAccess.Bound<ClientOptions>(
            access.Configuration(result),
            ClientOptions.Section
        );
        (Uri address, ServerTrust trust) = await access.FindClientsAsync(result, clients);
        string name = result.GetRequiredValue(uid);
        Tail tail = new(
            address,
            trust,
            Hello(result, name, clients.Authentication),
            new Printer(name, result.GetValue(count)),
            TimeProvider.System
        );
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(
            cancellation
        );
        Task receiving = tail.RunAsync(end.Token);
        await Task.WhenAny(
            receiving,
            StandardOutput.UntilUnreadAsync(TimeProvider.System, end.Token)
        );
        await end.CancelAsync();
        try
        {
            await receiving;
        }
        catch (OperationCanceledException)
        {
            // Ctrl+C is how it ends, or whoever reads it has read enough.
        }
        return ExitCode.Success;
    }

    /// <exception cref="CommandFailedException">There is nothing to say who the client is by.</exception>
    private Func<string> Hello(
        ParseResult result,
        string name,
        ClientAuthenticationOptions authentication
    )
    {
        if (result.GetValue(token) is { } given)
        {
            return () => given;
        }
        if (authentication.Mode != ClientAuthenticationMode.Token)
        {
            return () => name;
        }
        ClientToken tokens = new(authentication.Token, TimeProvider.System);
        return tokens.Find(kid: null) is { } key
            ? () => tokens.Make(key, name, TokenLifetime)
            : throw new CommandFailedException(
                ExitCode.Configuration,
                "PushBridge:Clients:Authentication:Token:Keys: no key with a secret to sign with; give a token with --token"
            );
    }

    /// <summary>Messages on standard output, everything else on standard error.</summary>
    private sealed class Printer(string uid, int? count) : ITailEvents
    {
        private readonly Stream output = Console.OpenStandardOutput();
        private int received;

        public bool Received(ReadOnlySpan<byte> payload)
        {
            byte[] line = [.. payload, (byte)'\n'];
            // Line ends may only stand between tokens of JSON, where a space is the same.
            line.AsSpan(..^1).Replace((byte)'\n', (byte)' ');
            line.AsSpan(..^1).Replace((byte)'\r', (byte)' ');
            output.Write(line);
            output.Flush();
            return ++received != count && StandardOutput.HasReader;
        }

        public void Noted(string text) => Console.Error.WriteLine($"{uid}: {text}");
    }
}
