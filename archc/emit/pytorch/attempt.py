"""Going back: what a class was before a piece of text that could not be written as hoped."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from archc.emit.pytorch.state import State

NAMES = ("attributes", "locals", "variables")
TABLES = ("kept", "kept_lets", "pool", "tensors", "numbers", "cursor", "pinned")
PLAIN = ("where", "saved", "loops", "loop_names", "live", "held", "top", "labels")
ROWS = ("stores", "targets", "channel_names", "arms")


class Attempt:
    """Made before the attempt; `undo` takes back everything written since."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.names = {word: set(getattr(state, word).names) for word in NAMES}
        self.tables: dict[str, Any] = {word: dict(getattr(state, word)) for word in TABLES}
        self.plain = {word: getattr(state, word) for word in PLAIN}
        self.rows = {word: list(getattr(state, word)) for word in ROWS}
        self.automatic = {key: list(value) for key, value in state.automatic.items()}
        self.entries = dict(state.labels.entries)
        self.chains = []
        chain = state.chain
        while chain is not None:
            self.chains.append((chain, copy.copy(chain), list(chain.items)))
            chain = chain.outer
        self.lists = [(each, list(each)) for each in (state.init, state.forward, state.top)]
        self.lists += [(chain.out, list(chain.out)) for chain, _, _ in self.chains]
        self.resolved = [later for later in state.laters if later.known]
        self.used = set(state.world.used)

    def undo(self) -> None:
        state = self.state
        for word, names in self.names.items():
            getattr(state, word).names = set(names)
        for word, table in self.tables.items():
            setattr(state, word, dict(table))
        for word, value in self.plain.items():
            setattr(state, word, value)
        for word, row in self.rows.items():
            setattr(state, word, list(row))
        state.automatic = {key: list(value) for key, value in self.automatic.items()}
        state.labels.entries = dict(self.entries)
        state.chain = self.chains[0][0] if self.chains else None
        for chain, before, items in self.chains:
            chain.__dict__.update(before.__dict__)
            chain.items = list(items)
        for later in state.laters:
            if later.known and later not in self.resolved:
                later.undo()
        for each, content in self.lists:
            each[:] = content
        state.world.used.clear()
        state.world.used.update(self.used)
