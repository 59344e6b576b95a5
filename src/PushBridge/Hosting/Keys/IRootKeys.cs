namespace PushBridge.Hosting.Keys;

/// <summary>
/// Looks at the keys beside the section <c>PushBridge</c>. Which of them are right, only the owner of the configuration knows: an application may have what it likes there.
/// </summary>
internal interface IRootKeys
{
    /// <summary>A line for each that was meant as ours and is read by nobody, as the configuration is now.</summary>
    IEnumerable<string> Problems();
}
