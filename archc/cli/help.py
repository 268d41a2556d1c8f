"""Help pages, an example first."""

from __future__ import annotations

from archc.cli.flags import Flag, Verb


def top() -> str:
    """`archc --help`."""
    from archc.cli.verbs import VERBS

    width = max(map(len, VERBS))
    verbs = "\n".join(f"  {verb.name:<{width}}  {verb.summary}" for verb in VERBS.values())
    return f"""\
archc: a compiler and static analyser for neural-network architecture specs

  archc check vgg16             every layer of a bundled network
  archc check model.arch        your own file

Verbs:
{verbs}

  archc VERB --help   examples and flags of a verb
  archc --version     the version (also -V)
"""


def page(verb: Verb) -> str:
    """`archc VERB --help`."""
    parts = [
        f"archc {verb.name}: {verb.summary}",
        f"  {verb.example}",
        f"Usage: archc {verb.name} {verb.words}{' [flags]' if verb.flags else ''}",
    ]
    if verb.text:
        parts.append(verb.text)
    if verb.flags:
        spelled = [(_spelling(flag), flag) for flag in verb.flags]
        width = min(max(len(text) for text, _ in spelled), 30)
        lines = ["Flags:"]
        for text, flag in spelled:
            lines += _entry(text, flag, width)
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _spelling(flag: Flag) -> str:
    short = f"-{flag.short}, " if flag.short else ""
    metavar = "" if not flag.metavar else f" {flag.metavar}" if not flag.choices else " ONE"
    return f"{short}--{flag.name}{metavar}"


def _entry(text: str, flag: Flag, width: int) -> list[str]:
    help = flag.help
    if flag.choices:
        help = f"{help}: {', '.join(flag.choices)}"
    if flag.default is not None:
        help = f"{help} (default: {flag.default})"
    if flag.repeat:
        help = f"{help}; may be given again"
    return [f"  {text:<{width}}  {help}"]
