"""`lineage completion SHELL`: the script that a shell loads, and what it is answered at each press
of the key."""

from __future__ import annotations

import click
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

from lineage.cli.options import examples

VARIABLE = "_LINEAGE_COMPLETE"

# As click's own scripts, but: no word is expanded as a pattern of files, and behind `owner/` stands
# no space.
_BASH = """\
%(complete_func)s() {
    local line type value IFS=$'\\n'
    while read -r line; do
        type=${line%%%%,*} value=${line#*,}
        case $type in
            dir) COMPREPLY=(); compopt -o dirnames 2>/dev/null ;;
            file) COMPREPLY=(); compopt -o default 2>/dev/null ;;
            plain) COMPREPLY+=("$value"); [[ $value == */ ]] && compopt -o nospace 2>/dev/null ;;
        esac
    done < <(COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD=$COMP_CWORD %(complete_var)s=bash_complete \
"$1" 2>/dev/null)
    return 0
}
complete -F %(complete_func)s %(prog_name)s
"""
_ZSH = """\
#compdef %(prog_name)s
%(complete_func)s() {
    local type key told
    local -a named described opened answer
    answer=("${(@f)$(COMP_WORDS="${words[*]}" COMP_CWORD=$((CURRENT-1)) \
%(complete_var)s=zsh_complete %(prog_name)s 2>/dev/null)}")
    for type key told in "${answer[@]}"; do
        case $type in
            dir) _path_files -/ ;;
            file) _path_files -f ;;
            plain)
                if [[ $key == */ ]]; then opened+=("$key")
                elif [[ $told == _ ]]; then named+=("$key")
                else described+=("${key//:/\\\\:}:$told")
                fi ;;
        esac
    done
    (( $#described )) && _describe -V unsorted described -U
    (( $#opened )) && compadd -U -S '' -a opened
    (( $#named )) && compadd -U -V unsorted -a named
    return 0
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    %(complete_func)s "$@"
else
    (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
    compdef %(complete_func)s %(prog_name)s
fi
"""


class _Bash(BashComplete):
    source_template = _BASH

    @staticmethod
    def _check_version() -> None:
        """Nothing of the script needs a late bash."""


class _Zsh(ZshComplete):
    source_template = _ZSH


_SHELLS: dict[str, type[ShellComplete]] = {"bash": _Bash, "zsh": _Zsh, "fish": FishComplete}


@click.command(
    epilog=examples(
        'eval "$(lineage completion bash)"                  # in ~/.bashrc',
        'eval "$(lineage completion zsh)"                   # in ~/.zshrc',
        "lineage completion fish > ~/.config/fish/completions/lineage.fish",
    )
)
@click.argument("shell", type=click.Choice(tuple(_SHELLS)))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script that completes commands, options and names in a shell.

    Completed are commands, options, packs, rules, formats, and the models of the offline data. No
    network is used.
    """
    click.echo(_SHELLS[shell](ctx.find_root().command, {}, "lineage", VARIABLE).source(), nl=False)


def respond(cli: click.Command, instruction: str) -> int:
    """Answer a shell: `bash_complete` lists what fits, `bash_source` prints the script."""
    shell, _, wanted = instruction.partition("_")
    if shell not in _SHELLS or wanted not in ("complete", "source"):
        return 1
    asked = _SHELLS[shell](cli, {}, "lineage", VARIABLE)
    click.echo(asked.source() if wanted == "source" else asked.complete(), nl=wanted != "source")
    return 0
