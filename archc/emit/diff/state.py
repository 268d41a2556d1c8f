"""Networks as `archc check --format json` wrote them, read back."""

from __future__ import annotations

import json
from typing import Any

from archc.emit.json import SCHEMA

_TOTALS = ("params", "buffers", "macs", "flops", "activations", "depth")
_MEMORY = ("weights", "peak", "saved_for_backward")


class NotAState(ValueError):
    """A text that is none; it says why."""


def read(text: str) -> list[dict[str, Any]]:
    """The objects of its networks; raises `NotAState`."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise NotAState("it is no JSON") from None
    if not isinstance(document, dict) or not isinstance(document.get("networks"), list):
        raise NotAState("`archc check --format json` did not write it")
    if document.get("schema") != SCHEMA:
        raise NotAState(f"its schema is {document.get('schema')!r}, not {SCHEMA}")
    for network in document["networks"]:
        if not _is_network(network):
            raise NotAState("a network in it lacks what `archc check --format json` writes")
    networks: list[dict[str, Any]] = document["networks"]
    return networks


def _is_network(one: Any) -> bool:
    if not isinstance(one, dict) or not {"input", "output"} <= set(one):
        return False
    totals, layers = one.get("totals"), one.get("layers")
    memory = totals.get("memory") if isinstance(totals, dict) else None
    return (
        all(isinstance(one.get(key), str) for key in ("name", "file"))
        and isinstance(totals, dict)
        and all(_is_count(totals.get(key, "")) for key in _TOTALS)
        and isinstance(memory, dict)
        and all(_is_count(memory.get(key, "")) for key in _MEMORY)
        and all(_is_shape(one[key]) for key in ("input", "output"))
        and isinstance(layers, list)
        and all(map(_is_layer, layers))
    )


def _is_layer(one: Any) -> bool:
    return (
        isinstance(one, dict)
        and all(isinstance(one.get(key), str) for key in ("path", "kind"))
        and isinstance(one.get("text", ""), str)
        and isinstance(one.get("args"), dict)
        and isinstance(one.get("training"), bool)
        and all(_is_count(one.get(key, "")) for key in ("params", "macs"))
        and "shape" in one
        and _is_shape(one["shape"])
    )


def _is_count(value: Any) -> bool:
    return value is None or (isinstance(value, int) and not isinstance(value, bool))


def _is_shape(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_is_shape(one) for one in value.values())
    if value is None:
        return True
    return isinstance(value, list) and all(isinstance(axis, (int, str)) for axis in value)
