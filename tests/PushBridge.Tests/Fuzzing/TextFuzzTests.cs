using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using PushBridge.Backends.Text;
using PushBridge.Commands;
using PushBridge.Connections;
using PushBridge.Hosting.Options;
using PushBridge.Tests.Connections;
using PushBridge.Tests.Security;

namespace PushBridge.Tests.Fuzzing;

/// <summary>Mutated lines of the text port, cut into random pieces: 300,000 in 3,000 connections.</summary>
public sealed class TextFuzzTests
{
    private const int MaxLine = 400;
    private const int LinesOfOne = 100;

    private static readonly Mutator Lines = new(
        "{\"uid\":\"a\",\"percent\":\"88%\"}",
        "{ \"percent\": 1.50, \"uid\": \"a\", \"text\": \"\\u4f60 <b>\" }",
        "{\"uid\":123}",
        "{\"uid\":[\"a\",\"b\",3]}",
        "{\"uid\":\"nobody\",\"uid\":\"a\"}",
        "{\"\\u0075id\":\"a\",\"x\":{\"y\":[[[1e9,true,null]]]}}",
        "{\"uid\":\"ä😀\",\"x\":\"\\ud83d\\ude00\"}",
        "{\"$cmd\":\"push\",\"uid\":\"a\",\"data\":{\"x\": 1.0},\"reply\":\"json\"}",
        "{\"$cmd\":\"push\",\"uid\":[\"a\"],\"data\":1,\"id\":\"7f3a\"}",
        "{\"$cmd\":\"broadcast\",\"data\":\"hello\",\"except\":[\"b\"]}",
        "{\"$cmd\":\"join\",\"uid\":[\"a\",\"b\"],\"group\":\"g\"}",
        "{\"$cmd\":\"group\",\"group\":[\"g\"],\"data\":[2],\"except\":\"b\"}",
        "{\"$cmd\":\"leave\",\"uid\":\"b\",\"group\":\"g\"}",
        "{\"$cmd\":\"kick\",\"uid\":\"b\",\"reason\":\"signed out\"}",
        "{\"$cmd\":\"online\",\"uid\":[\"a\",\"nobody\"]}",
        "{\"$cmd\":\"count\",\"group\":\"g\"}",
        "{\"$cmd\":\"ping\"}",
        "GET / HTTP/1.1\r\n",
        "[]",
        ""
    );

    private static readonly ClientServices Services = Fakes.Services();
    private static readonly AnsweredIds Ids = Fakes.Ids();
    private static readonly Socket Listener = Listen();

    [Fact]
    public void TryRead_MutatedLinesInAnyPieces_CutsLikeASplit() =>
        Fuzz.Run(
            3_000,
            random =>
            {
                byte[] stream = Stream(random);
                List<string> cut = Cut(stream, random);
                List<string> naive = Split(stream);
                Fuzz.Require(
                    cut.SequenceEqual(naive),
                    $"{string.Join('|', cut)} instead of {string.Join('|', naive)}"
                );
            }
        );

    [Fact]
    public void TryParse_MutatedLines_NeverThrowsAndAcceptsOnlyJson() =>
        Fuzz.Run(
            300_000,
            random =>
            {
                byte[] line = Lines.Next(random);
                Command command = new();
                if (CommandParser.TryParse(line, command))
                {
                    Fuzz.Require(IsJson(line), $"accepted {Convert.ToHexString(line)}");
                    byte[] payload = line[command.Payload];
                    Fuzz.Require(
                        payload.Length == 0 || IsJson(payload),
                        $"relays {Convert.ToHexString(payload)}"
                    );
                }
            }
        );

    [Fact]
    public void Received_MutatedLinesInAnyPieces_AnswersEachAndRelaysOnlyJson() =>
        Fuzz.Run(
            3_000,
            random =>
            {
                byte[] stream = [.. "{\"$cmd\":\"ping\"}\n"u8, .. Stream(random)];
                // A line too long ends the connection with the last reply.
                int expected = Split(stream).Count;
                (List<string> relayed, string replies) = Run(stream, random);
                int answered = replies.Count(c => c == '\n');
                Fuzz.Require(answered == expected, $"{answered} replies to {expected} lines");
                Fuzz.Require(
                    relayed.TrueForAll(message => IsJson(Encoding.UTF8.GetBytes(message))),
                    "something else than JSON was relayed"
                );
            }
        );

    private static Socket Listen()
    {
        Socket listener = new(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        return listener;
    }

    private static byte[] Stream(Random random)
    {
        List<byte> stream = [];
        for (int i = 0; i < LinesOfOne; i++)
        {
            stream.AddRange(Lines.Next(random));
            stream.AddRange(random.Next(3) == 0 ? "\r\n"u8 : "\n"u8);
        }

        return [.. stream];
    }

    /// <summary>The splitter's lines, fed piece by piece as a session does.</summary>
    private static List<string> Cut(byte[] stream, Random random)
    {
        LineSplitter splitter = new(MaxLine);
        List<string> lines = [];
        int start = 0;
        for (int end = 0; end < stream.Length; )
        {
            end += Mutator.Chunk(random, stream.Length - end);
            ReadOnlySpan<byte> rest = stream.AsSpan(start, end - start);
            LineStatus status;
            while (
                (status = splitter.TryRead(ref rest, out ReadOnlySpan<byte> line))
                == LineStatus.Line
            )
            {
                lines.Add(Encoding.Latin1.GetString(line));
            }

            start = end - rest.Length;
            if (status == LineStatus.TooLong)
            {
                lines.Add("too long");
                break;
            }
        }

        return lines;
    }

    /// <summary>The same by the simplest means.</summary>
    private static List<string> Split(byte[] stream)
    {
        List<string> lines = [];
        foreach (string line in Encoding.Latin1.GetString(stream).Split('\n')[..^1])
        {
            string trimmed = line.TrimEnd('\r');
            bool tooLong = trimmed.Length > MaxLine || line.Length > MaxLine + 1;
            lines.Add(tooLong ? "too long" : trimmed);
            if (tooLong)
            {
                break;
            }
        }

        return lines;
    }

    private static bool IsJson(byte[] bytes)
    {
        if (!Utf8.IsValid(bytes))
        {
            return false;
        }

        try
        {
            JsonDocument.Parse(bytes).Dispose();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static (List<string> Relayed, string Replies) Run(byte[] stream, Random random)
    {
        FakeConnection client = new(Services, "1", "a");
        using Socket peer = new(SocketType.Stream, ProtocolType.Tcp);
        peer.Connect(Listener.LocalEndPoint!);
        using (Socket socket = Listener.Accept())
        {
            using TextSession session = new(
                Fakes.Executor(Services, Ids),
                new ReplySender(new SocketLink(socket), 1 << 20, Services.Metrics),
                new TextOptions { MaxLineBytes = MaxLine },
                new FirstReplies(TimeProvider.System),
                Services.Metrics,
                new BackendEntry(BackendDoors.With(), null, isKnown: false),
                TimeProvider.System
            );
            Feed(session, stream, random);
        }

        Services.Registry.Remove(client);
        using NetworkStream read = new(peer);
        using StreamReader reader = new(read);
        return (client.Written, reader.ReadToEnd());
    }

    private static void Feed(TextSession session, byte[] stream, Random random)
    {
        bool open = true;
        for (int at = 0; open && at < stream.Length; )
        {
            int count = Mutator.Chunk(random, stream.Length - at);
            stream.AsSpan(at, count).CopyTo(session.Free().Span);
            open = session.Received(count);
            session.Rest();
            at += count;
        }

        session.Answer();
    }
}
