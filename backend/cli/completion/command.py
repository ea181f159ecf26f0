"""The commands `completion` and `complete`: for bash and zsh, which ask with each press of the tab key."""

import argparse
from importlib import import_module

from backend import config
from backend.cli.command import YES, Answer, Parser, Shell, add_command, answered
from backend.cli.completion.candidates import candidates
from backend.cli.completion.names import Names
from backend.cli.completion.wanted import wanted, wanted_of

BASH = """\
# tsimsh, for bash: source <(tsimsh completion bash)
_tsimsh() {
    local IFS=$'\\n' words=("${COMP_WORDS[@]:1:COMP_CWORD}")
    COMPREPLY=($(command "${COMP_WORDS[0]}" -q complete -- "${words[@]}" 2>/dev/null))
    [[ ${COMPREPLY[0]-} == */ ]] && compopt -o nospace
}
_tsimsh_tool() {
    local IFS=$'\\n' words=("${COMP_WORDS[@]:1:COMP_CWORD}")
    COMPREPLY=($(command tsimsh -q complete --of "${COMP_WORDS[0]##*/}" -- "${words[@]}" 2>/dev/null))
    [[ ${COMPREPLY[0]-} == */ ]] && compopt -o nospace
}
COMP_WORDBREAKS=${COMP_WORDBREAKS//:/}  # addresses of IPv6 are one word
complete -F _tsimsh tsimsh
complete -F _tsimsh_tool reachability visualize packet-counts tsim-collect
"""
ZSH = """\
# tsimsh, for zsh: source <(tsimsh completion zsh)
autoload -U +X compinit && compinit
autoload -U +X bashcompinit && bashcompinit
"""
TOOLS = {
    "reachability": "tools.reachability",
    "visualize": "tools.visualize",
    "packet-counts": "tools.packet_counts",
    "tsim-collect": "collect",
}
"""Beside tsimsh, with their modules."""
SCRIPTS = {"bash": BASH, "zsh": ZSH + BASH}


def register(commands: "argparse._SubParsersAction[Parser]") -> None:
    script = add_command(commands, "completion", _script, "a script that lets bash or zsh complete tsimsh's words")
    script.epilog = "in ~/.bashrc: source <(tsimsh completion bash)"
    script.add_argument("for_", choices=list(SCRIPTS), metavar="bash|zsh")
    each = add_command(commands, "complete", _complete, "what the last of some words may become, a line each")
    each.add_argument("--of", choices=list(TOOLS), metavar="TOOL", help=f"they are words of {', '.join(TOOLS)}")
    each.add_argument("words", nargs="*", metavar="WORD")


def _script(_: Shell, asked: argparse.Namespace) -> Answer:
    text = SCRIPTS[asked.for_]
    return answered(asked, YES, {"script": text}, text.rstrip)


def _complete(shell: Shell, asked: argparse.Namespace) -> Answer:
    *before, last = asked.words or [""]
    names = Names(shell, config.from_environment().facts)
    if asked.of is None:
        found = candidates(wanted(_without_options(before), last), last, names)
    else:
        parser = import_module(f"backend.cli.{TOOLS[asked.of]}").parser()
        found = candidates(wanted_of(parser, before, last), last, names)
    return answered(asked, YES, {"candidates": found}, lambda: "\n".join(found))


def _without_options(words: list[str]) -> list[str]:
    """From the command on: what stands before it are tsimsh's own options."""
    taking = {"--facts", "--server", "--token-file", "--ca-file", "--script"}
    while words and words[0].startswith("-"):
        words = words[2:] if words[0] in taking else words[1:]
    return words
