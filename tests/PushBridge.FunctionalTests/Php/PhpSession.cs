using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using PushBridge.FunctionalTests.Documents;
using PushBridge.FunctionalTests.Peers;

namespace PushBridge.FunctionalTests.Php;

/// <summary>What became of an expression that threw; <see cref="Unknown"/> and <see cref="Results"/> are those of a PushException.</summary>
internal sealed record PhpFailure(string Error, string Message, bool Unknown, string Results);

/// <summary>
/// A PHP process that lives as long as the test and has a <c>PushClient</c> in <c>$push</c>. Any notice or deprecation that
/// PHP raises becomes a failure.
/// </summary>
internal sealed class PhpSession : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Process process;

    private PhpSession(Process started) => process = started;

    public static PhpSession Start(EndPoint text, string options = "{}") =>
        Start($"tcp://{text}", options);

    /// <param name="address">As PushClient takes it.</param>
    /// <param name="options">PushClient's options as a JSON object.</param>
    public static PhpSession Start(string address, string options = "{}")
    {
        var php = ChildProcess.Locate("PUSHBRIDGE_PHP", "/usr/bin/php");
        var script = Repository.File("tests/PushBridge.FunctionalTests/Php/session.php");
        var start = new ProcessStartInfo(php, [script, address, options])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        return new PhpSession(Process.Start(start)!);
    }

    /// <summary>The value of a PHP expression, as the JSON that PHP made of it.</summary>
    public async Task<string> ValueAsync(string expression)
    {
        var answer = await EvaluateAsync(expression);
        answer.TryGetProperty("error", out _).Should().BeFalse(answer.GetRawText());
        return answer.GetProperty("value").GetRawText();
    }

    /// <summary>The exception that a PHP expression throws.</summary>
    public async Task<PhpFailure> FailureAsync(string expression)
    {
        var answer = await EvaluateAsync(expression);
        answer.TryGetProperty("error", out var error).Should().BeTrue(answer.GetRawText());
        return new PhpFailure(
            error.GetString()!,
            answer.GetProperty("message").GetString()!,
            answer.TryGetProperty("unknown", out var unknown) && unknown.GetBoolean(),
            answer.TryGetProperty("results", out var results) ? results.GetRawText() : ""
        );
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        try
        {
            using var deadline = new CancellationTokenSource(Patience);
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
    }

    private async Task<JsonElement> EvaluateAsync(string expression)
    {
        using var deadline = new CancellationTokenSource(Patience);
        await process.StandardInput.WriteLineAsync(
            Convert.ToBase64String(Encoding.UTF8.GetBytes(expression)).AsMemory(),
            deadline.Token
        );
        await process.StandardInput.FlushAsync(deadline.Token);
        var answer = await process.StandardOutput.ReadLineAsync(deadline.Token);
        answer.Should().NotBeNull("PHP must not have died of {0}", expression);
        return JsonSerializer.Deserialize<JsonElement>(answer!);
    }
}
