"""Where modules are put: the class itself, a plain chain, or a box of named parts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archc.emit.pytorch.layout import Call, Doc, Line, Statement, flat
from archc.emit.pytorch.names import CONTAINER, plain
from archc.emit.pytorch.python import Py, text_literal

WORD = re.compile(r"[A-Za-z_]\w*")
Key = str | Py  # a label, or an f-string


def key_text(key: Key) -> str:
    return text_literal(key) if isinstance(key, str) else key.text


class Root:
    """`self.conv1 = …`"""

    numbered = False

    def add(self, key: Key, doc: Doc, out: list[Statement]) -> None:
        if isinstance(key, str) and plain(key):
            out.append(Line(doc, f"self.{key} = "))
        else:
            out.append(Line(Call("self.add_module(", (key_text(key), doc))))

    def add_parameter(self, key: Key, doc: Doc, out: list[Statement]) -> None:
        if isinstance(key, str) and plain(key):
            out.append(Line(doc, f"self.{key} = "))
        else:
            out.append(Line(Call("self.register_parameter(", (key_text(key), doc))))

    def access(self, key: Key) -> str:
        if isinstance(key, str) and plain(key):
            return f"self.{key}"
        return f"getattr(self, {key_text(key)})"

    def tensor(self, key: Key) -> str:
        """A bare tensor instead of a module."""
        return self.access(key)


class Box:
    """A labelled group that is no plain chain: its parts in an `nn.ModuleDict`, run one by one."""

    def __init__(self, where: str, bare: bool) -> None:
        self.where = where
        self.bare = bare  # some label would hide a method of the dictionary

    def make(self) -> Call:
        return Call("nn.Module(" if self.bare else "nn.ModuleDict(", ())

    def add(self, key: Key, doc: Doc, out: list[Statement]) -> None:
        if self.bare:
            out.append(Line(Call(f"{self.where}.add_module(", (key_text(key), doc))))
        else:
            out.append(Line(doc, f"{self.where}[{key_text(key)}] = "))

    def add_parameter(self, key: Key, doc: Doc, out: list[Statement]) -> None:
        out.append(Line(Call(f"{self.where}.register_parameter(", (key_text(key), doc))))

    def access(self, key: Key) -> str:
        if self.bare:
            return f"{self.where}.get_submodule({key_text(key)})"
        return f"{self.where}[{key_text(key)}]"

    def tensor(self, key: Key) -> str:
        return f"{self.where}.get_parameter({key_text(key)})"


class Chain:
    """The parts of an `nn.Sequential`: one expression, or a list that loops and conditions fill."""

    def __init__(
        self,
        local: str,
        named: bool,
        kind: str,
        body: list[Statement],
        outer: Chain | None = None,
    ) -> None:
        self.local = local
        self.named = named
        self.kind = kind  # the type of every part
        self.outer = outer  # the chain that this one will be a part of
        self.items: list[tuple[Key, Doc]] = []
        self.filled = False
        self.out = body  # where the list begins, and where statements go now
        self.count = 0

    def add(self, key: Key, doc: Doc) -> None:
        self.items.append((key, doc))
        self.count += 1

    def waiting(self, name: str) -> Iterator[Chain]:
        """The chains around this one whose unwritten parts read a name."""
        if self.outer is not None:
            yield from self.outer.waiting(name)
            if any(name in WORD.findall(flat(doc)) for _, doc in self.outer.items):
                yield self.outer

    def flush(self) -> None:
        """Writes what has gathered: the list is needed from here on."""
        docs = tuple(doc for _, doc in self.items)
        if self.named:
            if not self.filled:
                self.out.append(
                    Line("OrderedDict()", f"{self.local}: OrderedDict[str, nn.Module] = ")
                )
            for key, doc in self.items:
                self.out.append(Line(doc, f"{self.local}[{key_text(key)}] = "))
        elif not self.filled:
            own = bool(docs) and flat(docs[0])[0].isupper() and " | " in self.kind
            plain = docs and self.kind != "nn.Module" and not own
            typed = f"{self.local} = " if plain else f"{self.local}: list[{self.kind}] = "
            self.out.append(Line(Call("[", docs, "]"), typed))
        elif len(docs) == 1:
            self.out.append(Line(Call(f"{self.local}.append(", docs)))
        elif docs:
            self.out.append(Line(Call("[", docs, "]"), f"{self.local} += "))
        self.items = []
        self.filled = True

    def arguments(self) -> tuple[Doc, ...]:
        """What goes between the parentheses of `nn.Sequential( )`."""
        if self.filled:
            if self.items:
                self.flush()
            return (self.local if self.named else f"*{self.local}",)
        if self.named:
            pairs = tuple(Call("(", (key_text(key), doc)) for key, doc in self.items)
            return (Call("OrderedDict(", (Call("[", pairs, "]", bool(pairs)),), ")", False),)
        return tuple(doc for _, doc in self.items)

    def doc(self) -> Doc:
        filled = self.filled
        arguments = self.arguments()
        simple = filled or self.named or len(arguments) < 2
        return Call("nn.Sequential(", arguments, ")", not simple)


def hides(labels: list[str]) -> bool:
    """Whether a label would hide a method of PyTorch's containers."""
    return any(label in CONTAINER for label in labels)
