namespace PushBridge.Benchmarks.Load;

/// <summary>The run cannot go on, or the server broke its promise; the message is all an operator needs.</summary>
internal sealed class LoadException(string message) : Exception(message);
