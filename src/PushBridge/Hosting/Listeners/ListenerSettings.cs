namespace PushBridge.Hosting.Listeners;

/// <summary>
/// What the configuration says of the further listeners, entry by entry: binding them all at once would leave out, without a word, an entry that has a value of the wrong type.
/// </summary>
internal sealed class ListenerSettings(IConfiguration configuration)
{
    public const string Section = $"{ServerOptions.Section}:{nameof(ServerOptions.Listeners)}";

    /// <summary>The names that the configuration has now.</summary>
    public IReadOnlyList<string> Names =>
        [.. configuration.GetSection(Section).GetChildren().Select(entry => entry.Key)];

    /// <summary>One entry as it is now; null when something is wrong with it.</summary>
    public ListenerPlan? Read(string name, out IReadOnlyList<string> problems)
    {
        string path = $"{Section}:{name}";
        if (TryBind(path, out ListenerOptions options) is { } wrongType)
        {
            problems = [wrongType];
            return null;
        }
        problems =
        [
            .. ListenerName.ProblemOf(name) is { } badName ? (string[])[$"{path}: {badName}"] : [],
            .. OptionsValidator<ListenerOptions>.Problems(path, options),
        ];
        return problems.Count > 0
            ? null
            : ListenerPlan.Of(name, options, path, ListenerSource.Configuration);
    }

    /// <summary>Null, or what is wrong, with its path.</summary>
    private string? TryBind(string path, out ListenerOptions options)
    {
        options = new ListenerOptions();
        try
        {
            configuration.GetSection(path).Bind(options);
            return null;
        }
        catch (InvalidOperationException exception)
        {
            return exception.Message;
        }
    }
}
