using System.Collections.Concurrent;

namespace PushBridge.FunctionalTests.Hosting;

/// <summary>One log line as an operator would see it.</summary>
internal sealed record LogLine(LogLevel Level, string Category, string Message);

/// <summary>Keeps every log line of one server.</summary>
internal sealed class RecordingLoggerProvider : ILoggerProvider
{
    private readonly ConcurrentQueue<LogLine> lines = new();

    public IReadOnlyCollection<LogLine> Lines => lines;

    public ILogger CreateLogger(string categoryName) => new Recorder(categoryName, lines);

    public void Dispose()
    {
        // Nothing is held but memory.
    }

    private sealed class Recorder(string category, ConcurrentQueue<LogLine> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) =>
            lines.Enqueue(
                new LogLine(
                    logLevel,
                    category,
                    exception is null
                        ? formatter(state, exception)
                        : $"{formatter(state, exception)} {exception}"
                )
            );
    }
}
