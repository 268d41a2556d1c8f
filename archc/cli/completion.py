"""`archc completion SHELL`: completions, made from the verbs and flags as they are declared."""

from __future__ import annotations

from archc.bundled import spec_names
from archc.cli.flags import Arguments, Flag, UsageError, Verb
from archc.cli.output import write
from archc.cli.verbs import VERBS
from archc.devices import known
from archc.diagnostics import ADVICE
from archc.explanations import WARNINGS, codes
from archc.layers.registry import KINDS
from archc.suggest import nearest


def main(arguments: Arguments) -> int:
    """Writes the script of one shell."""
    shell = arguments.words[0]
    makers = {"bash": bash, "zsh": zsh, "fish": fish}
    if shell not in makers:
        guess = nearest(shell, makers)
        meant = f"; did you mean `{guess}`?" if guess else ""
        told = "Shells: bash, zsh, fish"
        hint = f"Write archc completion {guess}\n{told}" if guess else told
        raise UsageError(f"no completion for `{shell}`{meant}", hint)
    write(makers[shell]())
    return 0


FILES = "files"
PATHS = "paths"  # specs, folders, and the names of the bundled


def offers(flag: Flag) -> list[str] | str:
    """What may stand behind a flag: words, `FILES`, or nothing that is known."""
    if flag.choices:
        return list(flag.choices)
    if flag.metavar == "CODES":
        return sorted(WARNINGS | ADVICE)
    if flag.name == "device":
        return list(known())
    return FILES if flag.metavar.startswith("FILE") else ""


def words(verb: Verb) -> list[str] | str:
    """What a verb itself takes: words, `PATHS` with or without words, or nothing that is known."""
    if verb.name == "completion":
        return ["bash", "zsh", "fish"]
    if verb.name == "explain":
        return [*KINDS, *codes()]
    if verb.name == "show":
        return spec_names()
    return PATHS if "PATH" in verb.words or "OLD" in verb.words else ""


def bash() -> str:
    """For `eval "$(archc completion bash)"` in ~/.bashrc."""
    flags, values, own = [], [], []
    for verb in VERBS.values():
        flags.append(f"        {verb.name}) words='{' '.join(_spellings(verb.flags))}' ;;")
        for flag in verb.flags:
            names = "|".join(f"'{verb.name} {one}'" for one in _names(flag))
            offered = offers(flag)
            if offered == FILES:
                values.append(f"        {names}) kind=files ;;")
            elif offered:
                values.append(f"        {names}) words='{' '.join(offered)}' ;;")
            elif flag.metavar:
                values.append(f"        {names}) return ;;")
        taken = words(verb)
        if isinstance(taken, list):
            own.append(f"        {verb.name}) words='{' '.join(taken)}' ;;")
        elif not taken:
            own.append(f"        {verb.name}) return ;;")
    nl = "\n"
    return f"""\
_archc() {{
    local current=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}}
    local verb=${{COMP_WORDS[1]}} words= kind= IFS=$' \\t\\n'
    COMPREPLY=()
    if [[ $COMP_CWORD -eq 1 ]]; then
        COMPREPLY=($(compgen -W '{" ".join(VERBS)} --help --version' -- "$current"))
        return
    fi
    if [[ $current == '=' ]]; then
        current=
    elif [[ $before == '=' ]]; then
        before=${{COMP_WORDS[COMP_CWORD-2]}}
    fi
    case "$verb $before" in
{nl.join(values)}
    esac
    if [[ -z $words$kind && $current == -* ]]; then
        case $verb in
{nl.join(flags)}
        esac
    elif [[ -z $words$kind ]]; then
        case $verb in
{nl.join(own)}
        esac
        [[ $verb != completion ]] && kind=paths
    fi
    [[ -n $words ]] && COMPREPLY=($(compgen -W "$words" -- "$current"))
    IFS=$'\\n'
    if [[ $kind == files ]]; then
        COMPREPLY=($(compgen -f -- "$current"))
    elif [[ $kind == paths ]]; then
        COMPREPLY+=($(compgen -f -X '!*.arch' -- "$current") $(compgen -d -- "$current"))
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
        cases.append(
            f"        {verb.name}) _arguments '--help[show help]' {flags} {_rest(verb)} ;;"
        )
    cases_text = "\n".join(cases)
    return f"""\
#compdef archc
_archc_path() {{
    local -a specs
    specs=(${{(f)"$(archc list 2>/dev/null | cut -d' ' -f1)"}})
    _files -g '*.arch'
    compadd -a specs
}}
_archc_explained() {{
    compadd {" ".join([*KINDS, *codes()])}
    _archc_path
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


def _rest(verb: Verb) -> str:
    """The words of a verb for zsh."""
    taken = words(verb)
    if verb.name == "explain":
        return "'1:code, layer or path:_archc_explained' '2:layer:'"
    if isinstance(taken, list):
        return f"'*:word:({' '.join(taken)})'"
    return "'*:path:_archc_path'" if taken else ""


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
            offered = offers(flag)
            if offered == FILES:
                text += " -r -F"
            elif offered:
                text += f" -x -a '{' '.join(offered)}'"
            elif flag.metavar:
                text += " -x"
            lines.append(f"{text} -d '{_quoted(flag.help)}'")
        taken = words(verb)
        if isinstance(taken, list):
            lines.append(f"complete -c archc {seen} -a '{' '.join(taken)}'")
        if taken == PATHS or verb.name == "explain":
            names = "(__fish_complete_suffix .arch; archc list 2>/dev/null | cut -d' ' -f1)"
            lines.append(f'complete -c archc {seen} -a "{names}"')
    return "\n".join(lines) + "\n"


def _spellings(flags: tuple[Flag, ...]) -> list[str]:
    return [*(f"--{flag.name}" for flag in flags), "--help"]


def _names(flag: Flag) -> list[str]:
    """The long and the short spelling."""
    return [f"--{flag.name}", *([f"-{flag.short}"] if flag.short else [])]


def _zsh_flag(flag: Flag) -> str:
    """A flag in both spellings, as `_arguments` takes it."""
    offered = offers(flag)
    rest = f"[{_quoted(flag.help)}]"
    if offered == FILES:
        rest += ":file:_files"
    elif offered:
        rest += f":value:({' '.join(offered)})"
    elif flag.metavar:
        rest += ":value:"
    long, short = f"--{flag.name}", f"-{flag.short}"
    if flag.metavar:
        long, short = f"{long}=", f"{short}+"
    repeat = "*" if flag.repeat else ""
    if not flag.short:
        return f"'{repeat}{long}{rest}'"
    return f"'(-{flag.short} --{flag.name})'{{{short},{long}}}'{rest}'"


def _quoted(text: str) -> str:
    return text.replace("'", "").replace(":", ";")
