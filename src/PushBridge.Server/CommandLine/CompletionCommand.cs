using System.CommandLine;

namespace PushBridge.Server.CommandLine;

/// <summary><c>completion</c>: prints what a shell needs to complete command lines by asking this program.</summary>
internal sealed class CompletionCommand
{
    private const string Bash = """
        # For bash: eval "$(pushbridge completion bash)" in ~/.bashrc
        _pushbridge() {
            local IFS=$'\n' word="${COMP_WORDS[COMP_CWORD]}"
            COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "$word"))
        }
        complete -o default -F _pushbridge pushbridge

        """;

    private const string Zsh = """
        # For zsh: eval "$(pushbridge completion zsh)" in ~/.zshrc, behind compinit
        _pushbridge() {
            local -a found
            found=("${(@f)$("${words[1]}" "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
            if [[ -n "${found[1]}" ]]; then compadd -a found; else _files; fi
        }
        compdef _pushbridge pushbridge

        """;

    private static readonly string[] Shells = ["bash", "zsh"];

    private readonly Argument<string> shell = new("SHELL") { Description = "Your shell" };

    public CompletionCommand()
    {
        shell.CompletionSources.Add(Shells);
        shell.Validators.Add(result =>
        {
            if (result.Tokens is [var given] && !Shells.Contains(given.Value))
            {
                result.AddError($"'{given.Value}' is not one of {string.Join(", ", Shells)}");
            }
        });
        Command = new Verb(
            "completion",
            "Print a script with which your shell completes commands and options",
            """eval "$(pushbridge completion bash)"   # put it into ~/.bashrc""",
            """eval "$(pushbridge completion zsh)"    # put it into ~/.zshrc"""
        )
        {
            shell,
        };
        Command.SetAction(result =>
        {
            Console.Out.Write(result.GetRequiredValue(shell) == "bash" ? Bash : Zsh);
            return ExitCode.Success;
        });
    }

    public Command Command { get; }
}
