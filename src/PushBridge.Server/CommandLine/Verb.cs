using System.CommandLine;

namespace PushBridge.Server.CommandLine;

/// <summary>A command whose help shows how it is used.</summary>
/// <param name="name">What is typed.</param>
/// <param name="description">What it does.</param>
/// <param name="examples">Whole command lines, each with what it does behind a <c>#</c> where that is not plain.</param>
internal sealed class Verb(string name, string description, params string[] examples)
    : Command(name, description)
{
    public IReadOnlyList<string> Examples => examples;

    /// <summary>Whether it runs a server in this process, whose host answers SIGTERM and Ctrl+C by a drain; every other command is cancelled by them.</summary>
    public Func<ParseResult, bool> RunsServer { get; init; } = _ => false;
}
