using System.Globalization;

namespace PushBridge.Benchmarks.Load.Servers;

/// <summary>What a process has used so far, as the kernel counts it.</summary>
internal sealed class ProcessUsage(int id)
{
    private const double TicksPerSecond = 100;
    private const int UserTime = 11;
    private const int SystemTime = 12;

    public int Id => id;

    /// <summary>User and system time of all threads, to 10 ms.</summary>
    public double CpuSeconds()
    {
        string stat = ReadAllText("stat");
        // The second field is the program's name in parentheses and may hold anything.
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (Number(fields[UserTime]) + Number(fields[SystemTime])) / TicksPerSecond;
    }

    public long ResidentBytes() =>
        Number(ReadAllText("statm").Split(' ')[1]) * Environment.SystemPageSize;

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private string ReadAllText(string name)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/{name}");
        }
        catch (IOException)
        {
            throw new LoadException($"the server (process {id}) has ended");
        }
    }
}
