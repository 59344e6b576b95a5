namespace PushBridge.Hosting.Options;

/// <summary>How the server program writes its log to the console.</summary>
public enum LogFormat
{
    /// <summary>A line for people: level, category, message.</summary>
    Text,

    /// <summary>An object of JSON a line, for programs that collect logs.</summary>
    Json,
}
