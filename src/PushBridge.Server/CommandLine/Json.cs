using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PushBridge.Server.CommandLine;

/// <summary>The option <c>--json</c>, and how what it asks for is written: one line.</summary>
internal static class Json
{
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Option<bool> NewOption() =>
        new("--json") { Description = "Print JSON, for programs" };

    public static void Print(Action<Utf8JsonWriter> write)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter writer = new(bytes, Options))
        {
            write(writer);
        }
        Console.Out.WriteLine(Encoding.UTF8.GetString(bytes.ToArray()));
    }
}
