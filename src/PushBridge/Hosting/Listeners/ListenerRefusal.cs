namespace PushBridge.Hosting.Listeners;

/// <summary>Why a listener was not opened or closed, in one line for whoever asked for it.</summary>
internal static class ListenerRefusal
{
    public static ListenerResult Stopping() =>
        Of(ListenerFailure.Stopping, "The server is stopping.");

    public static ListenerResult NameTaken(string name) =>
        Of(ListenerFailure.NameTaken, $"There is a listener {name} already.");

    /// <param name="name">Whatever somebody made up.</param>
    public static ListenerResult NotFound(string name) =>
        Of(
            ListenerFailure.NotFound,
            $"There is no listener {(ListenerName.ProblemOf(name) == ListenerName.Rule ? "of that name" : name)}."
        );

    public static ListenerResult Permanent(string name) =>
        Of(
            ListenerFailure.Permanent,
            $"The listener {name} is there for as long as the process is."
        );

    public static ListenerResult Of(ListenerFailure failure, string problem) =>
        new(null, failure, problem);

    /// <summary>What is wrong with what a request asks for; null when nothing is.</summary>
    public static ListenerResult? Of(string name, ListenerOptions options)
    {
        string[] problems =
        [
            .. ListenerName.ProblemOf(name) is { } badName ? (string[])[$"name: {badName}"] : [],
            .. OptionsValidator<ListenerOptions>.Problems("", options).Select(InRequest),
        ];
        return ListenerName.IsReserved(name) ? Of(ListenerFailure.NameTaken, problems[0])
            : problems.Length > 0 ? Of(ListenerFailure.Invalid, string.Join("; ", problems))
            : null;
    }

    /// <summary>Options as a request calls them: <c>:Certificate:Path</c> is certificate.path.</summary>
    private static string InRequest(string problem)
    {
        string[] parts = problem.Split(": ", 2);
        return $"{string.Join('.', parts[0].Split(':', StringSplitOptions.RemoveEmptyEntries).Select(part => char.ToLowerInvariant(part[0]) + part[1..]))}: {parts[1]}";
    }
}
