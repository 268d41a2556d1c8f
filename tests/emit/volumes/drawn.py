"""Volumes that several tests look at: each is drawn once in a run."""

from __future__ import annotations

from archc.emit import sizing
from archc.emit.diagram import Options
from archc.emit.volumes.draw import Drawing, drawing
from tests.emit.networks import bundled_networks, drawn_networks
from tests.emit.once import once
from tests.emit.volumes.pictures import TEXTS, file, network

NETWORKS = dict((*bundled_networks(), *drawn_networks()))
PLAIN = Options()


@once
def volumes(name: str, options: Options = PLAIN) -> Drawing:
    """Volumes of a network of the library or of `tests/emit/specs`."""
    return drawing(NETWORKS[name], options)


def placed(name: str, place: str) -> Drawing:
    """The same for a place."""
    return volumes(name, Options(room=sizing.place(place)))


def pictured(name: str, options: Options = PLAIN) -> Drawing:
    """Volumes of a network of `pictures.py`."""
    if name in TEXTS:
        return _written(name, options)
    return volumes(f"{name.partition(':')[0]}:{network(name).name}", options)


@once
def _written(name: str, options: Options) -> Drawing:
    return drawing(network(name), options, file(name).diagnostics)
