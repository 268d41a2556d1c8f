"""`archc explain CODE`, `archc explain LAYERKIND`, and `archc explain PATH LAYER`."""

from __future__ import annotations

import os
import re
import shlex
import sys
from typing import TYPE_CHECKING

from archc.cli.flags import Arguments, UsageError
from archc.cli.output import choose_color, flush, style_for, write
from archc.emit.style import Style
from archc.emit.text import clean
from archc.explanations import codes, page
from archc.files import Files, Problem
from archc.layers.registry import KINDS
from archc.layers.words import FOREIGN
from archc.suggest import nearest, paths_meant

if TYPE_CHECKING:
    from archc.check import Network

MOST = 12  # names in a message


def main(arguments: Arguments) -> int:
    """One word is a code or a kind of layer, two are a path and a layer; none lists the codes."""
    choose_color(arguments["color"])
    style = style_for(sys.stdout)
    words = arguments.words
    if arguments["at"] is not None and len(words) != 2:
        raise UsageError(
            "`--at` goes with a path and a layer", "archc explain PATH LAYER --at 0,15"
        )
    if len(words) == 2:
        return _layer(words[0], words[1], arguments, style)
    if not words:
        from archc.cli.codes import listing

        write(listing([], style))
        return 0
    if words[0] in KINDS:
        from archc.emit.manual import manual

        write(manual(KINDS[words[0]], style))
        return 0
    code = words[0].rpartition("[")[2].removesuffix("]")  # `error[CODE]`, as a message has it
    text = page(code)
    if text is None:
        raise _unknown(code, arguments)
    write(_page(text, style))
    return 0


def _unknown(word: str, arguments: Arguments) -> Exception:
    from archc.cli.paths import names_spec
    from archc.cli.proposed import refusal

    apart = re.fullmatch(r"(.+\.arch)[:./](.+)", word)
    if apart is not None and os.path.isfile(apart[1]):
        if LINE.fullmatch(word):
            return _of_line(apart[1], word, _networks(apart[1], arguments)[0])
        line = f"archc explain {shlex.quote(apart[1])} {shlex.quote(apart[2])}"
        if refusal(line) is None:
            return UsageError("a layer stands behind its file, apart", f"Write {line}")
    if names_spec(word) or word.endswith(".arch") or ".arch:" in word:
        return _which_layer(word, arguments)
    if os.path.isfile(f"{word}.arch"):
        return _which_layer(f"{word}.arch", arguments)
    from archc.cli.words import no_code

    known = no_code(word)
    if known is not None:
        return known
    habit = FOREIGN.get(word.lower())
    guess = habit or nearest(word, [*KINDS, *codes()])
    meant = f"; did you mean `{guess}`?" if guess else ""
    return UsageError(
        f"there is no code and no layer `{word}`{meant}",
        "`archc codes` lists the codes, `archc layers` the layers",
    )


def _which_layer(path: str, arguments: Arguments) -> UsageError:
    """A spec without a layer of it: the first that has weights is an example."""
    networks, _ = _networks(path, arguments)
    layers = [one for net in networks for one in net.graph.nodes if one.layer is not None]
    if not layers:
        return UsageError(f"which layer of `{path}`?", f"`archc check {path}` shows them")
    known = [one.path for one in networks[0].graph.nodes if one.layer is not None]
    place = path if len(networks) == 1 else f"{path}:{networks[0].name}"
    nodes = networks[0].graph.nodes
    first = next((n.path for n in nodes if n.layer is not None and n.layer.counted), known[0])
    more = f"It has {', '.join(known[:MOST])}{', …' * (len(known) > MOST)}"
    line = f"Write archc explain {shlex.quote(place)} {shlex.quote(first)}"
    return UsageError(f"which layer of `{path}`?", f"{line}\n{more}")


def _page(text: str, style: Style) -> str:
    """A page as it stands, its headings in bold."""
    lines = []
    for line in text.splitlines():
        if line.startswith("#"):
            line = style.paint(line.lstrip("# "), "bold")
        elif line.startswith("```"):
            continue
        lines.append(line)
    return "\n".join(lines) + "\n"


def admit(arguments: Arguments) -> None:
    """Raises what is told of words that are nothing to be explained."""
    words = arguments.words
    if len(words) == 2:
        _holding(words[0], words[1], arguments)
    elif words and words[0] not in KINDS and page(words[0]) is None:
        raise _unknown(words[0], arguments)


def _layer(path: str, layer: str, arguments: Arguments, style: Style) -> int:
    from archc.analysis.sight import Unseen
    from archc.emit.explain import explain

    network, broken = _holding(path, layer, arguments)
    at = None if arguments["at"] is None else _position(arguments["at"])
    try:
        write(explain(network, layer, style, at))
    except Unseen as reason:
        raise Problem(
            f"nothing can be told of --at {arguments['at']}: {clean(str(reason))}"
        ) from None
    if broken:
        flush()
        sys.stderr.write(f"`{clean(path)}` has errors; `archc check {clean(path)}` shows them\n")
    return 0


def _holding(path: str, layer: str, arguments: Arguments) -> tuple[Network, bool]:
    """The network that has a layer, and whether its file has errors. Raises `Problem`."""
    from archc.emit.explain import paths

    networks, broken = _networks(path, arguments)
    holding = [network for network in networks if layer in paths(network)]
    if not holding:
        raise _no_layer(path, layer, networks)
    if len(holding) > 1:
        names = [network.name for network in holding]
        raise UsageError(
            f"{len(names)} networks of `{path}` have a layer `{layer}`",
            f"Write archc explain {path.partition(':')[0]}:{names[0]} {layer}\n"
            f"They are: {', '.join(names)}",
        )
    return holding[0], broken


def _networks(path: str, arguments: Arguments) -> tuple[list[Network], bool]:
    """The networks of a path, and whether it has errors. Raises `Problem` for none."""
    from archc.cli.reading import checked, no_network, targets_of

    files = Files()
    targets = targets_of(path, arguments, files)
    results = [checked(target, arguments, files) for target in targets]
    networks = [network for result in results for network in result.networks]
    findings = [one for result in results for one in result.diagnostics]
    broken = any(one.severity == "error" for one in findings)
    if not networks and not broken:
        raise no_network(path, "explain", results)
    return networks, broken


def _position(text: str) -> tuple[int, ...]:
    parts = text.split(",")
    if not all(part.isascii() and part.isdigit() and len(part) < 20 for part in parts):
        raise UsageError(f"`--at {clean(text)}` is no position", "For example --at 0,15")
    return tuple(map(int, parts))


def _no_layer(path: str, layer: str, networks: list[Network]) -> Problem:
    """What to say of a layer that no network has: the lines of those that may be meant."""
    from archc.emit.explain import paths

    known = {network.name: paths(network) for network in networks}
    if not any(known.values()):
        message = f"`{path}` holds no network that can be explained"
        return Problem(message, f"`archc check {path}` shows why")
    if LINE.fullmatch(layer):
        return _of_line(path, layer, networks)
    head, _, rest = layer.partition(".")
    if rest in known.get(head, ()):
        line = f"Write archc explain {path.partition(':')[0]}:{head} {rest}"
        return Problem(f"`{path}` has no layer `{layer}`: `{head}` is a network of it", line)
    every = list(dict.fromkeys(name for names in known.values() for name in names))
    if layer.isdecimal():
        return _numbered(path, layer, networks)
    guesses = paths_meant(layer, every) or _of_the_kind(layer, networks)
    meant = f"; did you mean {' or '.join(f'`{one}`' for one in guesses)}?" if guesses else ""
    lines = [f"Write {_line(path, one, known)}" for one in guesses[:1]]
    if not guesses:
        lines = [f"For example {_line(path, one, known)}" for one in every[:1]]
        for name, names in known.items():
            tops = list(dict.fromkeys(one.partition(".")[0] for one in names))
            some = f"{', '.join(tops[:MOST])}{', …' if len(tops) > MOST else ''}"
            lines.append(f"{f'`{name}`' if len(known) > 1 else 'It'} has {some}")
        lines = lines[:MOST]
    shown = f"`archc check {path}` shows them all"
    return Problem(f"`{path}` has no layer `{layer}`{meant}", "\n".join([*lines, shown]))


LINE = re.compile(r"(?i:lines?|l)[ :]*(\d{1,9})|.+\.arch:(\d{1,9})(?::\d+)?", re.ASCII)


def _of_line(path: str, asked: str, networks: list[Network]) -> Problem:
    """`explain net.arch "line 6"`: the layer that stands there, and not the row of that number."""
    found = LINE.fullmatch(asked)
    assert found is not None
    line, last = int(found[1] or found[2]), 0
    message = f"`{path}` has no layer `{asked}`: a layer is named by its path"
    for network in networks:
        place = path if len(networks) == 1 else f"{path.partition(':')[0]}:{network.name}"
        layers = [one for one in network.graph.nodes if one.layer is not None]
        here = [one.path for one in layers if one.span.line == line]
        here += [one.path for one in network.graph.scopes if one.path and one.span.line == line]
        last = max([last, *(one.span.line for one in layers)])
        if here:
            more = f"{', '.join(here[:MOST])}{', …' * (len(here) > MOST)}"
            stands = f"line {line} holds {more}" if len(here) > 1 else f"which is line {line}"
            command = f"Write archc explain {shlex.quote(place)} {shlex.quote(here[0])}"
            return Problem(message, f"{command}\n{stands}")
    message = f"in line {line} of `{path}` stands no layer; the last is in line {last}"
    return Problem(message, f"`archc check {path}` shows them all")


def _numbered(path: str, number: str, networks: list[Network]) -> Problem:
    """`explain net.arch 3`: layers with names are found by these, and not by their row."""
    network = networks[0]
    rows = [one.path for one in network.graph.nodes if one.layer is not None]
    place = path if len(networks) == 1 else f"{path.partition(':')[0]}:{network.name}"
    message = f"`{path}` has no layer `{number}`: a layer with a name is found by its name"
    picked = [(int(number), "from 0"), (int(number) - 1, "from 1")]
    lines = [
        f"Write archc explain {shlex.quote(place)} {shlex.quote(rows[at])}\n"
        f"which is number {number} of the table, counted {start}"
        for at, start in picked
        if 0 <= at < len(rows)
    ]
    if not lines:
        last = f"Write archc explain {shlex.quote(place)} {shlex.quote(rows[-1])}"
        lines = [f"{last}\nwhich is the last of {len(rows)} layers"]
    return Problem(message, "\n".join(lines))


def _of_the_kind(word: str, networks: list[Network]) -> list[str]:
    """The layer that is called by its kind and its number there: `conv2` is the second one."""
    found = re.fullmatch(r"([A-Za-z_]+?(?:\dd)?)_?(\d*)", word)
    if found is None:
        return []
    kind = found[1].lower() if found[1].lower() in KINDS else FOREIGN.get(found[1].lower())
    for network in networks:
        nodes = [one for one in network.graph.nodes if one.layer is not None]
        alike = [one.path for one in nodes if one.layer and one.layer.keyword == kind]
        place = int(found[2] or 1) - 1
        if 0 <= place < len(alike):
            return [alike[place]]
    return []


def _line(path: str, layer: str, known: dict[str, list[str]]) -> str:
    """The command that explains a layer: of several networks that have it, of the first."""
    holding = [name for name, names in known.items() if layer in names]
    place = path if len(holding) == 1 else f"{path.partition(':')[0]}:{holding[0]}"
    return f"archc explain {shlex.quote(place)} {shlex.quote(layer)}"
