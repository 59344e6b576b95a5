using System.CommandLine;
using System.Globalization;
using System.Net.Sockets;
using System.Reflection;
using System.Text.Json;
using PushBridge.Server.Bench;

namespace PushBridge.Server.CommandLine;

/// <summary><c>bench</c>: a quick self-test of this machine.</summary>
internal sealed class BenchCommand
{
    private const int MaxClients = 5_000;

    private readonly Option<int> clients = new("--clients")
    {
        Description = $"How many clients are connected, 1 to {MaxClients}",
        HelpName = "N",
        DefaultValueFactory = _ => 300,
    };
    private readonly Option<TimeSpan?> duration = new("--time")
    {
        Description = "How long pushes are sent for each of the two measurements [default: 2s]",
        HelpName = "TIME",
        CustomParser = argument => Duration.Parse(argument),
    };
    private readonly Option<bool> json = Json.NewOption();

    public BenchCommand()
    {
        clients.Validators.Add(result =>
        {
            if (
                result.Tokens is [var given]
                && int.TryParse(given.Value, CultureInfo.InvariantCulture, out int number)
                && number is < 1 or > MaxClients
            )
            {
                result.AddError($"{number} is not between 1 and {MaxClients}");
            }
        });
        Command = new Verb(
            "bench",
            "Test this machine: a server on free loopback ports with its defaults, some clients, one backend, for some seconds",
            "pushbridge bench",
            "pushbridge bench --clients 1000 --time 5s --json"
        )
        {
            clients,
            duration,
            json,
        };
        Command.SetAction(
            (result, cancellation) => CommandError.GuardAsync(() => RunAsync(result, cancellation))
        );
    }

    public Command Command { get; }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellation)
    {
        BenchResult measured;
        try
        {
            using ProgressBar bar = new(TimeProvider.System);
            await using SelfTest test = new(
                result.GetValue(clients),
                result.GetValue(duration) ?? TimeSpan.FromSeconds(2),
                bar,
                TimeProvider.System
            );
            measured = await test.RunAsync(cancellation);
        }
        catch (SocketException exception)
        {
            return CommandError.Report(
                ExitCode.Failure,
                $"{exception.Message}; {result.GetValue(clients)} clients need twice as many descriptors (ulimit -n) and half a minute's worth of ports"
            );
        }
        catch (TimeoutException)
        {
            return CommandError.Report(ExitCode.Failure, "a push that was sent has not arrived");
        }
        if (result.GetValue(json))
        {
            Json.Print(writer => Write(writer, measured));
        }
        else
        {
            Write(Console.Out, measured);
        }
        return ExitCode.Success;
    }

    private static void Write(TextWriter output, BenchResult measured)
    {
        string version = typeof(BenchCommand)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion;
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                PushBridge {version}, .NET {Environment.Version}, {Environment.ProcessorCount} cores
                  {measured.Clients} clients connected in {measured.ConnectSeconds:0.00} s
                  push to client   p50 {measured.Percentile(
                    0.5
                ):0.000} ms, p99 {measured.Percentile(0.99):0.000} ms, {Figures.Count(
                    measured.Latencies.Length
                )} one by one
                  pushes           {Figures.Count(
                    (long)measured.PushesPerSecond
                )} a second from one backend, all {Figures.Count(measured.Pushes)} arrived
                  idle connection  {Figures.Bytes(
                    measured.BytesPerConnection
                )} of managed memory, both ends together
                Server, clients and backend shared this machine and one process; a server alone does better.
                """
            )
        );
    }

    private static void Write(Utf8JsonWriter writer, BenchResult measured)
    {
        writer.WriteStartObject();
        writer.WriteBoolean("ok", true);
        writer.WriteNumber("cores", Environment.ProcessorCount);
        writer.WriteString("runtime", Environment.Version.ToString());
        writer.WriteNumber("clients", measured.Clients);
        writer.WriteNumber("connectSeconds", Math.Round(measured.ConnectSeconds, 3));
        writer.WriteNumber("bytesPerConnection", Math.Round(measured.BytesPerConnection));
        writer.WriteStartObject("latencyMs");
        writer.WriteNumber("p50", Math.Round(measured.Percentile(0.5), 3));
        writer.WriteNumber("p99", Math.Round(measured.Percentile(0.99), 3));
        writer.WriteEndObject();
        writer.WriteNumber("pushes", measured.Pushes);
        writer.WriteNumber("pushesPerSecond", Math.Round(measured.PushesPerSecond));
        writer.WriteEndObject();
    }
}
