using System.ComponentModel.DataAnnotations;

namespace PushBridge.Hosting.Options;

/// <summary>The log of the server program; an application that embeds the server has its own. Section <c>PushBridge:Logs</c>.</summary>
public sealed class LogOptions
{
    internal const string Section = "PushBridge:Logs";

    /// <summary>
    /// <c>text</c>, for people, or <c>json</c>: then all of standard output is one JSON object for each event, with the time in UTC, and there is no
    /// banner. Default text.
    /// </summary>
    [EnumDataType(typeof(LogFormat))]
    public LogFormat Format { get; set; }
}
