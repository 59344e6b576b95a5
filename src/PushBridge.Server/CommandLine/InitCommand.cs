using System.CommandLine;
using System.Security.Cryptography;

namespace PushBridge.Server.CommandLine;

/// <summary><c>init</c>: writes a configuration with fresh secrets that is ready to be opened to a network.</summary>
internal sealed class InitCommand
{
    private const int SecretBytes = 32;

    private readonly Argument<string> file = new("FILE")
    {
        Description = "The file to write",
        DefaultValueFactory = _ => "pushbridge.json",
    };

    public InitCommand()
    {
        Command = new Verb(
            "init",
            "Write a commented configuration with fresh secrets; an existing file is left alone",
            "pushbridge init",
            "pushbridge init /etc/pushbridge/pushbridge.json"
        )
        {
            file,
        };
        Command.SetAction(result => Write(result.GetRequiredValue(file)));
    }

    public Command Command { get; }

    private static int Write(string path)
    {
        try
        {
            using FileStream stream = new(path, Options());
            using StreamWriter writer = new(stream);
            writer.Write(Content());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return CommandError.Report(ExitCode.Failure, exception.Message);
        }
        string word = ShellWord.Of(path);
        Console.Out.WriteLine(
            $"""
            Wrote {Path.GetFullPath(path)}. It holds secrets: only you may read it.
              start      pushbridge serve --config {word}
              a client   pushbridge token --config {word} --uid uid1
            """
        );
        return ExitCode.Success;
    }

    private static FileStreamOptions Options()
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        return options;
    }

    private static string Secret() =>
        Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes));

    private static string Content() =>
        $$"""
            {
              "PushBridge": {
                "Clients": {
                  // Where browsers connect. 0.0.0.0:1234 takes them from everywhere; then give the names the server goes by, too.
                  "Listen": "127.0.0.1:1234",
                  "AllowedHosts": [],
                  // Pages that are served from elsewhere and may connect, such as "https://app.example.com".
                  "AllowedOrigins": [],
                  "Authentication": {
                    // A client shows a token that your application signed: sub is its uid, exp when it ends.
                    "Mode": "token",
                    "Token": {
                      // To change the key, add the new one in front, have your application sign with it, and remove the old one when its last token has expired.
                      "Keys": [{ "Kid": "1", "Algorithm": "HS256", "Secret": "{{Secret()}}" }]
                    }
                  }
                },
                "Text": {
                  // Where backends push. For PHP on the same machine "unix:/run/pushbridge/push.sock" needs no secret.
                  "Listen": "127.0.0.1:5678"
                },
                "Http": {
                  "Listen": "127.0.0.1:5679"
                },
                "Backends": {
                  // What a backend shows: {"$cmd":"auth","secret":"…"} as its first line, or Authorization: Bearer over HTTP.
                  "Secrets": ["{{Secret()}}"],
                  // From where backends may come, such as "10.0.0.0/8"; empty allows all.
                  "AllowedNetworks": []
                }
              }
            }

            """;
}
