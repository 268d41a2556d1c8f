"""A network of JSON, with a list of layers: `{"input": [3, 32, 32], "layers": [{"type": …}]}`."""

from __future__ import annotations

from typing import Any

from archc.diagnostics import Cure, Edit, Proposal
from archc.habits.frameworks import layer_call
from archc.habits.habit import apply
from archc.habits.inputs import ENTRIES
from archc.language.source import Span

LONGEST = 20_000  # letters that are read
KINDS_OF = ("type", "kind", "op", "class_name", "layer", "layer_type")
LABELS = ("name", "id", "label")
ENTERS = ("input", "input_shape", "input_size", "shape")
HOLDERS = ("layers", "modules", "model", "architecture", "body")


def json_network(place: Span) -> tuple[Proposal, ...]:
    """The network that such a text stands for, where each of its layers can be written."""
    import json

    text = place.source.text
    if text.lstrip()[:1] not in ("{", "[") or len(text) > LONGEST:
        return ()
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return ()
    network = read if isinstance(read, dict) else {"layers": read}
    lines = _lines(network)
    if not lines:
        return ()
    name = next((network[one] for one in ("name", "network") if one in network), "Net")
    name = str(name) if str(name).isidentifier() else "Net"
    head = f"network {name[:1].upper()}{name[1:]}"
    written = "".join(f"    {line}\n" for line in lines)
    edit = Edit(Span(place.source, 0, len(text)), f"{head} {{\n{written}}}\n")
    told = f"write `{head} {{ {'; '.join(lines)} }}`, each in a line of its own"
    return (Proposal(told, Cure((edit,))),)


def _lines(network: dict[str, Any]) -> list[str]:
    """The statements of a network; none where one cannot be written."""
    holder = next((one for one in HOLDERS if isinstance(network.get(one), list)), None)
    shape = next(
        (network[one] for one in ("input", "input_shape", "shape") if one in network), None
    )
    axes = "x".join(map(str, shape)) if isinstance(shape, list) else str(shape or "")
    entry, _ = apply(ENTRIES, f"input: {axes}")
    lines = [entry] if axes else []
    flat = False
    for layer in network[holder] if holder is not None else ():
        line = _line(layer)
        if line is None:
            return []
        if line.startswith("linear") and not flat:
            line = f"flatten -> {line}"
        flat = flat or line.startswith("flatten")
        lines.append(line)
    return lines if lines and lines[0].startswith("input ") and len(lines) > 1 else []


def _line(layer: Any) -> str | None:
    """A layer with its label; None for what is no layer."""
    if isinstance(layer, str):
        return layer_call(layer.lower(), "") or layer_call(layer, "")
    if not isinstance(layer, dict):
        return None
    inside = {**layer, **layer.get("config", {}), **layer.get("args", {})}
    word = next((inside[one] for one in KINDS_OF if isinstance(inside.get(one), str)), None)
    if word is None:
        return None
    label = next((inside[one] for one in LABELS if isinstance(inside.get(one), str)), "")
    given = {
        name: _value(value)
        for name, value in inside.items()
        if name not in (*KINDS_OF, *LABELS, "config", "args")
    }
    call = ", ".join(f"{name}={value}" for name, value in given.items())
    line = layer_call(word, call) or layer_call(word.lower(), call)
    return f"{label}: {line}" if line and label.isidentifier() else line


def _value(value: Any) -> str:
    """A value as a framework writes it, which is how it is read."""
    if isinstance(value, list):
        return f"({', '.join(map(_value, value))})"
    return repr(value)
