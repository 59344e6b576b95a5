using System.Globalization;

namespace PushBridge.Benchmarks.Load.Servers;

/// <summary>What processes have used together so far, as the kernel counts it.</summary>
internal sealed class ProcessUsage(params int[] ids)
{
    private const double TicksPerSecond = 100;
    private const int UserTime = 11;
    private const int SystemTime = 12;

    /// <summary>User and system time of all threads, to 10 ms.</summary>
    public double CpuSeconds() => ids.Sum(CpuSeconds);

    public long ResidentBytes() => ids.Sum(ResidentBytes);

    private static double CpuSeconds(int id)
    {
        string stat = ReadAllText(id, "stat");
        // The second field is the program's name in parentheses and may hold anything.
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (Number(fields[UserTime]) + Number(fields[SystemTime])) / TicksPerSecond;
    }

    private static long ResidentBytes(int id) =>
        Number(ReadAllText(id, "statm").Split(' ')[1]) * Environment.SystemPageSize;

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static string ReadAllText(int id, string name)
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
