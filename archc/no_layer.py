"""What is said of a path at which a network has no layer.

Imported on the way to a message alone.
"""

from __future__ import annotations

from collections.abc import Mapping

from archc.suggest import paths_meant


def no_layer(kinds: Mapping[str, str], path: object) -> str:
    """What is said of a path at which no layer is; `kinds` are the layers there are, by path."""
    if isinstance(path, (int, slice)):
        place = path if isinstance(path, int) else f"{path.start or ''}:{path.stop or ''}"
        line = f"list(network.layers.values())[{place}]"
        return f"layers are found by path, network.layers[{next(iter(kinds), '')!r}]; write {line}"
    guesses = paths_meant(path, kinds) if isinstance(path, str) else []
    if guesses:
        return f"no layer {path!r}; did you mean {' or '.join(map(repr, guesses))}?"
    alike = [one for one, kind in kinds.items() if kind == path]
    there = "of this kind there are" if alike else "there are"
    alike = alike or list(kinds)
    return f"no layer {path!r}; {there} {', '.join(alike[:5])}{', …' * (len(alike) > 5)}"
