"""`archc completion SHELL`: completions, made from the verbs and flags as they are declared."""

from __future__ import annotations

from archc.cli.flags import Arguments, Flag, UsageError
from archc.cli.output import write
from archc.cli.verbs import VERBS
from archc.suggest import nearest


def main(arguments: Arguments) -> int:
    """Writes the script of one shell."""
    shell = arguments.words[0]
    makers = {"bash": bash, "zsh": zsh, "fish": fish}
    if shell not in makers:
        guess = nearest(shell, makers)
        meant = f"; did you mean `{guess}`?" if guess else ""
        raise UsageError(f"no completion for `{shell}`{meant}", "Shells: bash, zsh, fish")
    write(makers[shell]())
    return 0


def bash() -> str:
    """For `eval "$(archc completion bash)"` in ~/.bashrc."""
    cases, values = [], []
    for verb in VERBS.values():
        words = " ".join(_spellings(verb.flags))
        cases.append(f"        {verb.name}) words='{words}' ;;")
        for flag in verb.flags:
            if flag.choices:
                choices = " ".join(flag.choices)
                values.append(f"        --{flag.name}) words='{choices}' ;;")
    choices_text = "\n".join(dict.fromkeys(values))
    cases_text = "\n".join(cases)
    return f"""\
_archc() {{
    local current=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} words=
    COMPREPLY=()
    if [[ $COMP_CWORD -eq 1 ]]; then
        COMPREPLY=($(compgen -W '{" ".join(VERBS)} --help --version' -- "$current"))
        return
    fi
    case $before in
{choices_text}
    esac
    if [[ -z $words && $current == -* ]]; then
        case ${{COMP_WORDS[1]}} in
{cases_text}
        esac
    fi
    if [[ -n $words ]]; then
        COMPREPLY=($(compgen -W "$words" -- "$current"))
    elif [[ ${{COMP_WORDS[1]}} == completion ]]; then
        COMPREPLY=($(compgen -W 'bash zsh fish' -- "$current"))
    else
        local IFS=$'\\n'
        COMPREPLY=($(compgen -f -X '!*.arch' -- "$current") $(compgen -d -- "$current"))
        COMPREPLY+=($(compgen -W "$(archc list 2>/dev/null | cut -d' ' -f1)" -- "$current"))
    fi
}}
complete -o filenames -F _archc archc
"""


def zsh() -> str:
    """For `eval "$(archc completion zsh)"` in ~/.zshrc, after compinit."""
    verbs = "\n".join(f"        '{verb.name}:{_quoted(verb.summary)}'" for verb in VERBS.values())
    cases = []
    for verb in VERBS.values():
        flags = " ".join(f"'{_zsh_flag(flag)}'" for flag in verb.flags)
        rest = "'*:shell:(bash zsh fish)'" if verb.name == "completion" else "'*:path:_archc_path'"
        cases.append(f"        {verb.name}) _arguments '--help[show help]' {flags} {rest} ;;")
    cases_text = "\n".join(cases)
    return f"""\
#compdef archc
_archc_path() {{
    local -a specs
    specs=(${{(f)"$(archc list 2>/dev/null | cut -d' ' -f1)"}})
    _files -g '*.arch'
    compadd -a specs
}}
_archc() {{
    local -a verbs
    verbs=(
{verbs}
    )
    if (( CURRENT == 2 )); then
        _describe verb verbs
        return
    fi
    local verb=$words[2]
    shift words
    (( CURRENT-- ))
    case $verb in
{cases_text}
    esac
}}
compdef _archc archc
"""


def fish() -> str:
    """For ~/.config/fish/completions/archc.fish."""
    lines = ["complete -c archc -f"]
    first = "__fish_use_subcommand"
    for verb in VERBS.values():
        summary = _quoted(verb.summary)
        lines.append(f"complete -c archc -n {first} -a {verb.name} -d '{summary}'")
        seen = f"-n '__fish_seen_subcommand_from {verb.name}'"
        for flag in verb.flags:
            text = f"complete -c archc {seen} -l {flag.name}"
            if flag.short:
                text += f" -s {flag.short}"
            if flag.choices:
                text += f" -x -a '{' '.join(flag.choices)}'"
            elif flag.metavar:
                text += " -x"
            lines.append(f"{text} -d '{_quoted(flag.help)}'")
        if verb.name == "completion":
            lines.append(f"complete -c archc {seen} -a 'bash zsh fish'")
        else:
            names = "(__fish_complete_suffix .arch; archc list 2>/dev/null | cut -d' ' -f1)"
            lines.append(f'complete -c archc {seen} -a "{names}"')
    return "\n".join(lines) + "\n"


def _spellings(flags: tuple[Flag, ...]) -> list[str]:
    return [*(f"--{flag.name}" for flag in flags), "--help"]


def _zsh_flag(flag: Flag) -> str:
    repeat = "*" if flag.repeat else ""
    text = f"{repeat}--{flag.name}"
    if flag.metavar:
        text += "="
    text += f"[{_quoted(flag.help)}]"
    if flag.choices:
        text += f":value:({' '.join(flag.choices)})"
    elif flag.metavar:
        text += ":value:"
    return text


def _quoted(text: str) -> str:
    return text.replace("'", "").replace(":", ";")
