"""Cures put forward for mistakes, as edits of the text; archc/trial.py tries them.

A text without a mistake needs none of this, so no module in here is loaded before it is used: who
reports a mistake imports `cures` alone, and writes `cures.text.spelt(…)`. A check of a sound
file loads none of them, and a test looks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from archc.graph.cures import absent as absent
    from archc.graph.cures import allow as allow
    from archc.graph.cures import arguments as arguments
    from archc.graph.cures import axes as axes
    from archc.graph.cures import blocks as blocks
    from archc.graph.cures import conditions as conditions
    from archc.graph.cures import conventions as conventions
    from archc.graph.cures import crops as crops
    from archc.graph.cures import decoders as decoders
    from archc.graph.cures import differing as differing
    from archc.graph.cures import dilated as dilated
    from archc.graph.cures import edits as edits
    from archc.graph.cures import entering as entering
    from archc.graph.cures import foreign as foreign
    from archc.graph.cures import generators as generators
    from archc.graph.cures import handed as handed
    from archc.graph.cures import idle_merges as idle_merges
    from archc.graph.cures import imports as imports
    from archc.graph.cures import inputs as inputs
    from archc.graph.cures import last_round as last_round
    from archc.graph.cures import maps as maps
    from archc.graph.cures import merges as merges
    from archc.graph.cures import nested_calls as nested_calls
    from archc.graph.cures import own_words as own_words
    from archc.graph.cures import parameters as parameters
    from archc.graph.cures import per_position as per_position
    from archc.graph.cures import pools as pools
    from archc.graph.cures import reaching as reaching
    from archc.graph.cures import remedies as remedies
    from archc.graph.cures import rounds as rounds
    from archc.graph.cures import rows as rows
    from archc.graph.cures import scores as scores
    from archc.graph.cures import settings as settings
    from archc.graph.cures import short_labels as short_labels
    from archc.graph.cures import side_by_side as side_by_side
    from archc.graph.cures import steps as steps
    from archc.graph.cures import subtraction as subtraction
    from archc.graph.cures import text as text
    from archc.graph.cures import undefined as undefined
    from archc.graph.cures import widths as widths


def __getattr__(name: str) -> Any:
    """A module of this package, when it is first asked for."""
    from importlib import import_module

    if name.startswith("__"):
        raise AttributeError(name)
    return import_module(f"{__name__}.{name}")
