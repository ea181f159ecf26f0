"""The commands `completion` and `complete`: for bash and zsh, which ask with each press of the tab key."""

import argparse

from backend import config
from backend.cli.command import YES, Answer, Parser, Shell, add_command, answered
from backend.cli.completion.candidates import candidates
from backend.cli.completion.names import Names

BASH = """\
# tsimsh, for bash: source <(tsimsh completion bash)
_tsimsh() {
    local IFS=$'\\n' words=("${COMP_WORDS[@]:1:COMP_CWORD}")
    COMPREPLY=($(command "${COMP_WORDS[0]}" -q complete -- "${words[@]}" 2>/dev/null))
    [[ ${COMPREPLY[0]-} == */ ]] && compopt -o nospace
}
COMP_WORDBREAKS=${COMP_WORDBREAKS//:/}  # addresses of IPv6 are one word
complete -F _tsimsh tsimsh
"""
ZSH = """\
# tsimsh, for zsh: source <(tsimsh completion zsh)
autoload -U +X compinit && compinit
autoload -U +X bashcompinit && bashcompinit
"""
SCRIPTS = {"bash": BASH, "zsh": ZSH + BASH}


def register(commands: "argparse._SubParsersAction[Parser]") -> None:
    script = add_command(commands, "completion", _script, "a script that lets bash or zsh complete tsimsh's words")
    script.epilog = "in ~/.bashrc: source <(tsimsh completion bash)"
    script.add_argument("for_", choices=list(SCRIPTS), metavar="bash|zsh")
    each = add_command(commands, "complete", _complete, "what the last of some words may become, a line each")
    each.add_argument("words", nargs="*", metavar="WORD")


def _script(_: Shell, asked: argparse.Namespace) -> Answer:
    text = SCRIPTS[asked.for_]
    return answered(asked, YES, {"script": text}, text.rstrip)


def _complete(shell: Shell, asked: argparse.Namespace) -> Answer:
    *before, last = asked.words or [""]
    found = candidates(_without_options(before), last, Names(shell, config.from_environment().facts))
    return answered(asked, YES, {"candidates": found}, lambda: "\n".join(found))


def _without_options(words: list[str]) -> list[str]:
    """From the command on: what stands before it are tsimsh's own options."""
    taking = {"--facts", "--server", "--token-file", "--ca-file", "--script"}
    while words and words[0].startswith("-"):
        words = words[2:] if words[0] in taking else words[1:]
    return words
