using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using PushBridge.Hosting.Keys;

namespace PushBridge.Server.CommandLine;

/// <summary>What is wrong with a command line, a line for each mistake, and where it is said how to do it.</summary>
internal static class Mistakes
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    /// <summary>The problems; none when the command can do what it is asked to.</summary>
    public static IReadOnlyList<string> In(ParseResult result)
    {
        Command command = result.CommandResult.Command;
        string[] options = [.. UnknownOptions(result).Distinct(StringComparer.Ordinal)];
        IEnumerable<string> own =
            options.Length > 0
                ? options.Select(name => UnknownOption(command, name))
                // Only now: what stands behind an option that does not exist was meant to be its value.
                : Superfluous(result).Concat(Missing(result));
        string[] problems = [.. own, .. result.Errors.Select(Describe).OfType<string>()];
        return problems.Length > 0 ? problems : [.. result.Errors.Select(error => error.Message)];
    }

    /// <returns>The exit code, for the caller to end with.</returns>
    public static int Report(ParseResult result, IReadOnlyList<string> problems)
    {
        CommandError.Report(ExitCode.Failure, problems);
        string verb = result.CommandResult.Parent is null ? "" : $" {NameOf(result)}";
        Console.Error.WriteLine($"See pushbridge{verb} --help");
        return ExitCode.Failure;
    }

    /// <summary>
    /// What looks like an option and is none of this command's. It would be taken for an argument where one is due; what stands behind <c>--</c> is one.
    /// </summary>
    private static IEnumerable<string> UnknownOptions(ParseResult result)
    {
        HashSet<Token> before = new(
            result.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash),
            ReferenceEqualityComparer.Instance
        );
        return result
            .CommandResult.Children.OfType<ArgumentResult>()
            .SelectMany(argument => argument.Tokens)
            .Where(token =>
                before.Contains(token) && token.Value.StartsWith("--", StringComparison.Ordinal)
            )
            .Select(token => token.Value)
            .Concat(result.UnmatchedTokens.Where(IsLikeAnOption))
            .Select(token => token.Split('=')[0]);
    }

    private static bool IsLikeAnOption(string token) => token is ['-', not (>= '0' and <= '9'), ..];

    private static string UnknownOption(Command command, string name) =>
        $"there is no option {name}{Suggestion(command.Options.Select(option => option.Name), name)}";

    private static IEnumerable<string> Superfluous(ParseResult result)
    {
        Command command = result.CommandResult.Command;
        if (result.UnmatchedTokens is [var first, ..] && command.Subcommands.Count > 0)
        {
            string meant = Suggestion(command.Subcommands.Select(verb => verb.Name), first);
            return [$"there is no command '{first}'{meant}"];
        }
        return result.UnmatchedTokens.Select(token => $"'{token}' is one argument too many");
    }

    private static IEnumerable<string> Missing(ParseResult result) =>
        result
            .Errors.Select(error => error.SymbolResult)
            .OfType<ArgumentResult>()
            .Where(argument => argument.Tokens.Count == 0)
            .Select(argument =>
                $"{NameOf(result)} needs {argument.Argument.Name}: {argument.Argument.Description}"
            );

    /// <summary>What is wrong with the value of an option or an argument; null for everything else, which is said in other words.</summary>
    private static string? Describe(ParseError error) =>
        error.SymbolResult switch
        {
            OptionResult option => $"{option.Option.Name}: {Describe(option, error.Message)}",
            ArgumentResult { Tokens.Count: > 0 } argument =>
                $"{argument.Argument.Name}: {error.Message}",
            _ => null,
        };

    private static string Describe(OptionResult option, string message) =>
        option.IdentifierTokenCount == 0 ? $"this option is needed: {option.Option.Description}"
        : option.Tokens.Count == 0 ? $"a value has to follow ({option.Option.HelpName})"
        : option.Tokens.Count > option.Option.Arity.MaximumNumberOfValues ? "may be given only once"
        : IsNumber(option.Option.ValueType) && !int.TryParse(Value(option), Culture, out _)
            ? $"'{Value(option)}' is not a whole number"
        : message;

    private static bool IsNumber(Type type) => type == typeof(int) || type == typeof(int?);

    private static string Value(OptionResult option) => option.Tokens[0].Value;

    private static string NameOf(ParseResult result) => result.CommandResult.Command.Name;

    private static string Suggestion(IEnumerable<string> names, string typed)
    {
        string[] near = Spelling.Nearest(names, typed);
        return near.Length == 0 ? "" : $"; did you mean {string.Join(" or ", near)}?";
    }
}
