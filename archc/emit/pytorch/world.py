"""All classes of a module: which calls share one, in which order, in words or in numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from archc.analysis.in_place import sites
from archc.emit.pytorch.expressions import NotSymbolic, collapse
from archc.emit.pytorch.handed import Handed, Holder, definition_of
from archc.emit.pytorch.layout import Call, Doc, Line, lines
from archc.emit.pytorch.names import BUILTINS, IMPORTED, Taken, identifier
from archc.emit.pytorch.python import Py, literal
from archc.emit.pytorch.python import name as name_of
from archc.emit.pytorch.signature import Info, expanded
from archc.emit.pytorch.trace import Instance, Tracer, tracer_of
from archc.emit.pytorch.writer import Code, Writer
from archc.graph.modules import Module
from archc.graph.values import BlockValue, GroupValue, LayerValue
from archc.language import tree
from archc.language.source import Span
from archc.shapes import Size

Group = tuple[Any, ...]


class Demote(Exception):
    """A group of calls that needs a class for each; `split`: one for each way through its `if`s."""

    def __init__(self, group: Group, split: bool = False) -> None:
        super().__init__(str(group))
        self.group = group
        self.split = split


class Classes:
    """The classes of one module, in the order they are written."""

    def __init__(
        self,
        tracers: Sequence[Tracer],
        helpers: frozenset[str],
        dropped: frozenset[tuple[str, str]] = frozenset(),
    ) -> None:
        self.tracers = tracers
        self.dropped = dropped  # networks and parameters that are numbers
        self.helpers = helpers
        self.sites: frozenset[Span] = sites([one.graph for one in tracers if one.graph is not None])
        self.homes = {  # networks that have a class of their own, which callers may use
            one.key[1]
            for tracer in tracers
            for one in tracer.instances
            if one.key[0] == "network"
            and not any(isinstance(part, tree.Output) for part in one.value.body)
        }
        self.handed = Handed(tracers, self.sites)
        self.split: set[Group] = set()
        self.numbered: set[Group] = set()
        self.reasons: dict[Group, str] = {}
        self._reset()

    def _reset(self) -> None:
        self.codes: list[Code] = []
        self.aliases: dict[str, tuple[int, str]] = {}
        self._writing: set[Group] = set()  # the groups whose callees are being written
        self._constants: dict[Span, tuple[str, Any]] = {}
        self.used: set[str] = set()
        self._infos: dict[int, Info] = {}
        self._groups: dict[Group, list[Instance]] = {}
        self.reserved = frozenset((*IMPORTED, *BUILTINS, *self.helpers))
        self.names = Taken(self.reserved)
        self.members = {one.name for one in self.tracers}
        self._alias_names: dict[tuple[Span, str], str] = {}

    def build(self) -> list[Code]:
        """Writes every class; where the author's words fail, again in numbers."""
        while True:
            self._reset()
            try:
                self._all()
                return self.codes
            except Demote as demotion:
                if demotion.split:
                    self.split.add(demotion.group)
                    continue
                if demotion.group in self.numbered:
                    raise
                self.numbered.add(demotion.group)

    def _all(self) -> None:
        for tracer in self.tracers:
            for one in tracer.instances:
                self._groups.setdefault(self._group(one), []).append(one)
        for group, instances in self._groups.items():
            real = [one for one in instances if one.real]
            self._groups[group] = sorted(real or instances, key=_is_called)
        for tracer in self.tracers:
            for one in tracer.instances:
                if one.key[0] == "network":
                    self._write(one)

    def numbers(self) -> list[tuple[str, str]]:
        """The networks whose parameters gave way to numbers, and why."""
        result = []
        for tracer in self.tracers:
            for one in tracer.instances:
                if one.key[0] != "network" or not one.value.parameters:
                    continue
                base = self._base(one)
                if base in self.numbered:
                    result.append((tracer.name, self.reasons.get(base, "")))
        return result

    def demotion(self, one: Instance, reason: NotSymbolic) -> Demote:
        """What to raise where a call's class cannot serve it in words."""
        base = self._base(one)
        self.reasons[base] = str(reason)
        return Demote(base)

    def _group(self, one: Instance) -> Group:
        """Calls of one text; apart where they pass different layers."""
        key = self._base(one)
        if key in self.numbered and one.key[0] == "network":
            return (*key, id(one))
        return key

    def _base(self, one: Instance) -> Group:
        key = self._undivided(one)
        return (*key, _arms(one)) if key in self.split else key

    def _undivided(self, one: Instance) -> Group:
        return (*self._text(one), self._layer_key(one))

    def is_split(self, one: Instance) -> bool:
        """Whether a class serves the calls that go one way through the conditions of its text."""
        return self._undivided(one) in self.split

    def is_special(self, instances: Sequence[Instance]) -> bool:
        """Whether classes have layers worked in that other calls of the text may not have."""
        return any(self._layer_key(one) for one in instances)

    def _text(self, one: Instance) -> Group:
        """The text a call runs: a network that is called like a block is the network itself."""
        if one.key[0] != "called" or one.key[1] not in self.homes:
            return tuple(one.key)
        return ("network", one.key[1])

    def _layer_key(self, one: Instance) -> Group:
        """The layers that are worked into the class of a call."""
        home = definition_of(one).name.span
        return tuple(
            (word, repr(value))
            for word, value in one.place.values.items()
            if isinstance(value, LayerValue)
            and (home, word) not in self.handed.channels
            and (home, word) not in self.handed.unused
        )

    # ----------------------------------------------------------------------------------- writing

    def _write(self, one: Instance) -> None:
        if id(one) in self._infos:
            return
        group = self._group(one)
        base = self._base(one)
        numbered = base in self.numbered
        instances = [one] if numbered else self._groups.get(group, [one])
        if one not in instances:
            instances = [*instances, one] if not one.real else instances
        if group in self._writing and not numbered:
            self.reasons[base] = "a block that is handed to itself"
            raise Demote(base)
        self._writing.add(group)
        for each in instances:
            for runs in list(each.executions.values()):
                for run in runs:
                    child = run.child
                    if child is None or child is each:
                        continue
                    if child.real or self._base(child) not in self.numbered:
                        self._write(child)
        self._writing.discard(group)
        wanted = self._name(instances[0], numbered)
        before, used = set(self.names.names), set(self.used)
        name = self.names.new(*wanted)
        try:
            code = Writer(
                self, [each for each in instances if each.real] or instances, numbered, name
            ).write()
        except NotSymbolic as reason:
            if numbered:
                raise
            whole = self._undivided(one)
            if whole not in self.split and len({_arms(each) for each in instances}) > 1:
                raise Demote(whole, split=True) from None
            self.reasons[base] = str(reason)
            raise Demote(base) from None
        if numbered and one.key[0] != "network":
            twin = self._twin(code)
            if twin is not None:
                self.names.names, self.used = before, used
                self._infos[id(one)] = twin.info
                place = self.codes.index(twin)
                self.codes[place] = twin._replace(instances=(*twin.instances, one))
                return
        self.codes.append(code)
        for each in self._groups.get(group, []) if not numbered else [one]:
            self._infos[id(each)] = code.info
        self._infos[id(one)] = code.info
        for tracer in self.tracers:
            if numbered:
                break
            for each in tracer.instances:
                if self._group(each) == group:
                    self._infos[id(each)] = code.info

    def _twin(self, code: Code) -> Code | None:
        """A class already written that does the same."""
        for other in self.codes:
            if (other.base, other.init, other.forward, other.arguments) == (
                code.base,
                code.init,
                code.forward,
                code.arguments,
            ):
                return other
        return None

    def _name(self, one: Instance, numbered: bool) -> tuple[str, ...]:
        value = one.value
        if isinstance(value, GroupValue):
            words = [value.network.definition.name.id, *value.path]
            text = "".join(word[:1].upper() + word[1:] for word in words)
        else:
            definition = value if isinstance(value, tree.Network) else value.definition
            text = definition.name.id
            if numbered and one.key[0] == "network":
                text = tracer_of(one).name
        wanted = identifier(text, "Net")
        if one.key[0] == "network" and wanted in self.members and not numbered:
            family = value.name.id
            if family not in self.members or family == wanted:
                return wanted, wanted + "Net"
        if one.key[0] != "network" and wanted in self.members:
            return wanted + "Block", wanted + "Body"
        if one.key[0] == "called" and wanted in self.names.names:
            return wanted + "Body", wanted + "Net"
        if not numbered and self._layer_key(one) and wanted in self.names.names:
            layers = self._unusual(one)
            suffix = "".join(part.title() for part in layers[0].kind.keyword.split("_"))
            return wanted + suffix, wanted
        if one.key[0] == "block":
            return wanted, f"{wanted}Block" if wanted in self.reserved else wanted
        return wanted, wanted + "Net"

    @staticmethod
    def _unusual(one: Instance) -> list[LayerValue]:
        """The layers that a call was given, those that are not the default first."""
        parameters = one.value.definition.parameters if isinstance(one.value, BlockValue) else ()
        usual = {each.name.id: each.default for each in parameters}
        found = [(k, v) for k, v in one.place.values.items() if isinstance(v, LayerValue)]

        def default(pair: tuple[str, LayerValue]) -> bool:
            expr = usual.get(pair[0])
            return isinstance(expr, tree.Name) and expr.id == repr(pair[1])

        return [value for _, value in sorted(found, key=default)]

    # -------------------------------------------------------------------------- what classes ask

    def info(self, instance: Instance) -> Info:
        found = self._infos.get(id(instance))
        if found is None:
            self._write(instance)
            found = self._infos[id(instance)]
        return found

    def use(self, helper: str) -> None:
        self.used.add(helper)

    def module_text(self, value: Any, holder: Holder) -> str:
        """A layer or block that is handed over: `nn.ReLU`, `partial(nn.GroupNorm, 32)`, a class."""
        if value is None:
            return "None"
        if not isinstance(value, LayerValue):
            return self.reference(value).text
        text = self.handed.text(value, holder)
        if text is None:
            raise NotSymbolic(f"{value!r} is never called")
        if text.startswith("partial("):
            self.use("partial")
            return self._known(text) or text
        return text

    def default_module(self, value: Any, holder: Holder) -> str:
        """The same as a default: a call there has a name of its own, made once and for all."""
        text = self.module_text(value, holder)
        if not text.startswith("partial("):
            return text
        head, *options = text[len("partial(") : -1].split(", ")
        kind = head.rsplit(".", 1)[-1]
        plain = "".join(re.findall(r"\w+", "".join(one for one in options if "=" not in one)))
        wanted = f"{'Inplace' if 'inplace=True' in options else ''}{kind}{plain}"
        name = self.names.new(wanted, f"{wanted}Layer")
        self.aliases[name] = (len(self.codes), text)
        return name

    def reference(self, value: Any) -> Py:
        """A block as a value: its class, or a `partial` of it."""
        if not isinstance(value, BlockValue):
            raise NotSymbolic("a layer or group as a value")
        infos = {
            id(info): info
            for tracer in self.tracers
            for one in tracer.instances
            if (info := self._infos.get(id(one))) is not None
            and isinstance(one.value, BlockValue)
            and one.value.definition is value.definition
            and self._fits(one, value)
        }
        if len(infos) != 1:
            raise NotSymbolic(f"{value!r} has {len(infos)} classes")
        info = next(iter(infos.values()))
        if info.concrete:
            raise NotSymbolic(f"{value!r} is written in numbers")
        fixed = self._fixed(value, info)
        if not fixed:
            return Py(info.name)
        known = self._known_alias(info.name, fixed)
        if known is not None:
            return Py(known)
        self.use("partial")
        return Py(f"partial({info.name}, {', '.join(fixed)})")

    def _fits(self, one: Instance, value: BlockValue) -> bool:
        """Whether a call was given the layers that a block with fixed arguments has."""
        parameters = {each.name.id: each for each in value.definition.parameters}
        free = [word for word in parameters if word not in value.named]
        given = {**dict(zip(free, value.positional, strict=False)), **value.named}
        for word, worth in one.place.values.items():
            if not isinstance(worth, LayerValue) or word not in parameters:
                continue
            holder = (value.definition.name.span, word)
            if holder in self.handed.channels or holder in self.handed.unused:
                continue
            default = parameters[word].default
            if word in given:
                if repr(given[word]) != repr(worth):
                    return False
            elif isinstance(default, tree.Name) and default.id != repr(worth):
                return False
        return True

    def _fixed(self, value: BlockValue, info: Info) -> list[str]:
        names = [one.name.id for one in value.definition.parameters]
        free = [one for one in names if one not in value.named]
        given = {**dict(zip(free, value.positional, strict=False)), **value.named}
        result = []
        for word, worth in given.items():
            parameter = info.parameter(word)
            if parameter.kind in ("block", "module"):
                text = self.module_text(worth, (value.definition.name.span, word))
                result.append(f"{parameter.python}={text}")
            elif parameter.kind == "value":
                text = literal(expanded(collapse(worth), parameter.axes))
                result.append(f"{parameter.python}={text}")
        return result

    def _known_alias(self, name: str, fixed: list[str]) -> str | None:
        return self._known(f"partial({name}, {', '.join(fixed)})")

    def _known(self, text: str) -> str | None:
        """The name that stands for a `partial`, if there is one."""
        for alias, (_, made) in self.aliases.items():
            if made == text:
                return alias
        return None

    def constant(self, module: Module, word: str) -> Py | None:
        """A `let` at the top of a file: a constant at the top of the module."""
        for one in module.program.definitions:
            if isinstance(one, tree.Let) and one.name.id == word:
                value = collapse(module.values.get(word))
                if not _plain(value):
                    return None
                if one.span not in self._constants:
                    name = self.names.new(identifier(word).upper())
                    self._constants[one.span] = (name, value)
                return name_of(self._constants[one.span][0])
        return None

    def constants(self) -> list[str]:
        """The lines that define the constants, in the order of the files."""
        places = sorted(self._constants, key=lambda span: (span.source.name, span.start))
        return [
            line
            for name, value in (self._constants[place] for place in places)
            for line in lines([Line(_tuple(value), f"{name} = ")], 0)
        ]

    def alias(self, module: Module, word: str) -> str | None:
        """The name in the code for `block NAME = BLOCK(arguments)`."""
        found = module.names.get(word)
        if found is None or not isinstance(found[1], tree.BlockAlias):
            return None
        home, definition = found
        key = (definition.name.span, definition.name.id)
        if key in self._alias_names:
            return self._alias_names[key]
        run = self.tracers[0]
        value = run.definition(home, definition.name.id)
        try:
            text = self.reference(value).text
        except NotSymbolic:
            return None
        if not text.startswith("partial("):
            return text
        name = self.names.new(
            identifier(definition.name.id), identifier(definition.name.id) + "Block"
        )
        self.aliases[name] = (len(self.codes), text)
        self._alias_names[key] = name
        return name


def _tuple(value: Any) -> Doc:
    """A value, a row a line where it is long."""
    if isinstance(value, tuple) and len(value) > 1:
        return Call("(", tuple(literal(item, nested=True) for item in value))
    return literal(value, nested=True)


def _arms(one: Instance) -> Group:
    """The ways a call went through the conditions of its text."""
    return tuple(
        (action, tuple(round_.number for round_ in rounds if round_.real))
        for action, rounds in one.rounds.items()
        if isinstance(one.executions[action][0].action, tree.If)
    )


def _is_called(one: Instance) -> bool:
    return bool(one.key[0] == "called")


def _plain(value: Any) -> bool:
    """Whether a value can be written down as a number, a text or a tuple of them."""
    if type(value) is tuple or isinstance(value, Size):
        return all(_plain(item) for item in value)
    return isinstance(value, (bool, int, float, Fraction, str))
