namespace PushBridge.Server.Bench;

/// <summary>A bar on standard error that moves where it stands; nothing when that is no terminal.</summary>
internal sealed class ProgressBar(TimeProvider time) : IProgress<BenchStep>, IDisposable
{
    private const int Width = 30;
    private const int NameWidth = 12;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly bool isShown = !Console.IsErrorRedirected;
    private long last;

    public void Report(BenchStep value)
    {
        bool isDue = last == 0 || value.Part >= 1 || time.GetElapsedTime(last) > Interval;
        if (isShown && isDue)
        {
            last = time.GetTimestamp();
            int done = (int)(Math.Clamp(value.Part, 0, 1) * Width);
            Console.Error.Write(
                $"\r[{new string('#', done)}{new string('.', Width - done)}] {value.Name.PadRight(NameWidth)}"
            );
        }
    }

    public void Dispose()
    {
        if (isShown && last != 0)
        {
            Console.Error.Write($"\r{new string(' ', Width + NameWidth + 3)}\r");
        }
    }
}
