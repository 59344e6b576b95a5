namespace PushBridge.Hosting;

/// <summary>The clock of everything that ends: a drain, a listener that closes.</summary>
internal static class Ending
{
    /// <summary>
    /// The system's, whichever clock the application has put in its place: a test of somebody's application that makes time stand still must still come to its end.
    /// </summary>
    public static TimeProvider Time => TimeProvider.System;
}
