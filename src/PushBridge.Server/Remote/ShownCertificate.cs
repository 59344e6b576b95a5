using System.CommandLine;

namespace PushBridge.Server.Remote;

/// <summary>The options by which a command shows a certificate to the server it asks.</summary>
internal sealed class ShownCertificate
{
    private readonly Option<string?> certificate = new("--client-certificate")
    {
        Description = "PEM file of a certificate to show to the server",
        HelpName = "FILE",
    };
    private readonly Option<string?> key = new("--client-key")
    {
        Description = "PEM file of its private key, when the certificate's file has none",
        HelpName = "FILE",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(certificate);
        command.Options.Add(key);
    }

    public string? Path(ParseResult result) => result.GetValue(certificate);

    public string? KeyPath(ParseResult result) => result.GetValue(key);
}
