"""Random files of blocks, families and members: what `random_specs` has no room for.

Every layer keeps the size of the map, so that any piece fits behind any other; what varies is how
a file says things: arguments and defaults, blocks as arguments, fixed arguments, tables, branches
behind conditions, shared layers, tensors as arguments, networks called like blocks.
"""

from __future__ import annotations

import random
from typing import NamedTuple

LABELS = ("a", "b", "trunk", "head", "mix", "x", "y", "conv1", "Proj", "s_", "layers", "in_")
ROWS = (
    "[[8, relu, true], [16, relu, false]]",
    "[[8, relu, false], [16, silu, false]]",
    "[[16, relu6, true]]",
    "[[8, leaky_relu(0.2), true], [8, relu, true]]",
)


class Block(NamedTuple):
    """A block that is defined already; each parameter is a kind of value."""

    name: str
    parameters: tuple[tuple[str, str, bool], ...]  # name, kind, whether there is a default

    def takes(self, kind: str) -> bool:
        return any(one == kind for _, one, _ in self.parameters)


class Scope:
    """What the text at one place may speak of."""

    def __init__(self, values: dict[str, str], loops: int = 0) -> None:
        self.values = values  # name: kind
        self.labels: list[str] = []
        self.tensors: list[str] = []
        self.shared: list[str] = []
        self.loops = loops

    def names(self, kind: str) -> list[str]:
        return [name for name, one in self.values.items() if one == kind]


class File:
    """Writes one file."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.blocks: list[Block] = []
        self.count = 0

    def text(self) -> str:
        r = self.random
        parts = []
        self.top: dict[str, str] = {}
        if r.random() < 0.4:
            parts.append("let base = 8")
            self.top["base"] = "number"
        if r.random() < 0.2:
            parts.append("let table = [[8, 1], [16, 3]]")
            self.top["table"] = "table"
        for number in range(r.randint(1, 4)):
            parts.append(self.block(f"Part{number}"))
            if r.random() < 0.25:
                parts += self.alias(number)
        parts.append(self.choice(self.family, self.family, self.single, self.two_inputs)())
        return "\n\n".join(parts) + "\n"

    # -------------------------------------------------------------------------------- expressions

    def choice(self, *options):
        return self.random.choice(options)

    def number(self, scope: Scope) -> str:
        """A count of channels: a multiple of four where the names are."""
        r = self.random
        known = scope.names("number")
        options = ["8", "16", "4 + 4"]
        if known:
            one = r.choice(known)
            options += [
                one,
                one,
                one,
                f"2*{one}",
                f"{one} // 2 * 2",
                f"max({one}, 8)",
                f"divisible({one}, 8)",
            ]
        if scope.names("index"):
            one = r.choice(scope.names("index"))
            options += [f"8 * ({one} + 1)", f"4 * 2**({one} + 1)", f"8*{one} + 8"]
        for one in scope.names("list"):
            options += [f"{one}[0]", f"sum({one})", f"{one}[-1]", f"8 * len({one})"]
        for one in scope.names("flag"):
            options.append(f"(8 if {one} else 16)")
        for one in scope.names("share"):
            options += [f"8*{one}", f"divisible(12 * {one}, 4)", f"16 * {one} / 2"]
        if scope.tensors and r.random() < 0.3:
            options += [f"{r.choice(scope.tensors)}.channels"] * 3
        options += ["in.channels"]
        return r.choice(options)

    def test(self, scope: Scope) -> str:
        options = ["in.channels > 8", "in.channels == 16"]
        options += [*scope.names("flag"), *(f"not {one}" for one in scope.names("flag"))]
        options += [f"{one} > 8" for one in scope.names("number")]
        options += [f"in.channels != {one}" for one in scope.names("number")]
        options += [f"{one} == 0" for one in scope.names("index")]
        options += [f"len({one}) > 1" for one in scope.names("list")]
        options += [f"{one} > 1" for one in (*scope.names("share"), *scope.names("depth"))]
        options += [f"{one} > 99" for one in scope.names("number")[:1]]
        options += ["in.channels > 999", *(f"{one} > 1" for one in scope.names("index"))]
        return self.random.choice(options)

    def label(self) -> str:
        self.count += 1
        return f"{self.random.choice(LABELS)}{self.count}"

    # ------------------------------------------------------------------------------------- layers

    def layer(self, scope: Scope) -> str:
        r = self.random
        chance = r.random()
        if chance < 0.45:
            k = r.choice(("1", "3", "1", *scope.names("kernel")))
            pad = {"1": "", "3": " pad=1"}.get(k, f" pad={k}//2")
            rest = r.choice(("", "", " bias=false", " groups=2", " bias=" + self.truth(scope)))
            return f"conv {self.wrapped(self.number(scope))} {k}{pad}{rest}"
        if scope.names("layer") and chance < 0.55:
            return r.choice(scope.names("layer"))
        if chance < 0.65:
            return f"dropout {r.choice(('0.1', *scope.names('rate')))}"
        return r.choice(
            (
                *("relu", "batchnorm", "relu", "gelu", "sigmoid", "lrn 3", "groupnorm 2", "prelu"),
                *("channel_shuffle 2", "scale", "identity", "maxpool 3 stride=1 pad=1"),
                *("slice 0 4", "slice 0 (in.channels // 2)", "softmax", "stochastic_depth 0.1"),
            )
        )

    def truth(self, scope: Scope) -> str:
        return self.random.choice(("true", "false", *scope.names("flag")))

    @staticmethod
    def wrapped(text: str) -> str:
        return f"({text})" if " " in text and not text.startswith("(") else text

    def call(self, scope: Scope, block: Block | None = None, word: str = "") -> str:
        """A call of a block, its arguments in either form, some by name."""
        r = self.random
        block = block or r.choice(self.blocks)
        given: list[str] = []
        named = False
        for name, kind, optional in block.parameters:
            if optional and r.random() < 0.5:
                named = True
                continue
            text = self.wrapped(self.value(kind, scope))
            named = named or r.random() < 0.15
            given.append(f"{name}={text}" if named else text)
        word = word or block.name
        if r.random() < 0.3 and given:
            return f"{word}({', '.join(given)})"
        return " ".join((word, *given))

    def value(self, kind: str, scope: Scope) -> str:
        r = self.random
        if kind == "number":
            return self.number(scope)
        if kind == "flag":
            return r.choice((self.truth(scope), f"({self.test(scope)})"))
        if kind == "kernel":
            return r.choice(("1", "3", "5", *scope.names("kernel")))
        if kind == "rate":
            return r.choice(("0.2", "0.5", *scope.names("rate")))
        if kind == "share":
            return r.choice(("1.0", "0.5", "2", "1.5", *scope.names("share")))
        if kind == "any":
            held = (*scope.names("any"), *scope.names("layer"))
            return r.choice(("none", "relu", "silu", "leaky_relu(0.1)", *held))
        if kind == "rows":
            return r.choice((*ROWS, *scope.names("rows")))
        if kind == "list":
            known = scope.names("list")
            two = f"[{self.number(scope)}, {self.number(scope)}]"
            return r.choice((two, "[8]", "[8, 16]", *known, *(f"{one}[:1]" for one in known)))
        if kind == "table":
            return r.choice(("[[8, 3], [16, 1]]", "[[8, 1]]", *scope.names("table")))
        if kind == "layer":
            return r.choice(("relu", "gelu", "prelu", *scope.names("layer")))
        if kind == "tensor":
            return r.choice(("input", *scope.tensors))
        if kind == "block":
            plain = [one for one in self.blocks if self.simple(one)]
            known = scope.names("block")
            if known and (not plain or r.random() < 0.6):
                return r.choice(known)
            if not plain:
                return "Part0"
            block = r.choice(plain)
            extra = [(name, kind) for name, kind, optional in block.parameters if optional]
            some = ("layer", "any", "kernel", "share", "flag")[: 5 if scope.values else 4]
            extra = [one for one in extra if one[1] in some]
            if extra and r.random() < 0.6:
                fixed = r.sample(extra, r.randint(1, min(2, len(extra))))
                given = (f"{name}={self.wrapped(self.value(kind, scope))}" for name, kind in fixed)
                return f"{block.name}({', '.join(given)})"
            return block.name
        raise ValueError(kind)

    @staticmethod
    def simple(block: Block) -> bool:
        """Whether it can be called with a count alone."""
        needed = [kind for _, kind, optional in block.parameters if not optional]
        return needed == ["number"]

    # --------------------------------------------------------------------------------- statements

    def chain(self, scope: Scope) -> str:
        return " -> ".join(self.layer(scope) for _ in range(self.random.randint(1, 3)))

    def statements(self, scope: Scope, depth: int, least: int = 1) -> list[str]:
        return [
            line
            for _ in range(self.random.randint(least, 3))
            for line in self.statement(scope, depth)
        ]

    def statement(self, scope: Scope, depth: int) -> list[str]:
        r = self.random
        options = [self.plain] * 4
        if depth > 0:
            options += [self.merge, self.merge, self.condition, self.loop, self.braces, self.let]
            options += [self.optional, self.optional, self.same, self.rounds, self.acted]
        if self.blocks:
            options += [self.called] * 3
        if scope.tensors and not scope.loops:
            options.append(self.back)
        if scope.shared and not scope.loops:
            options.append(self.again)
        return r.choice(options)(scope, depth)

    def plain(self, scope: Scope, depth: int) -> list[str]:
        if scope.names("any") and self.random.random() < 0.3:
            act = self.random.choice(scope.names("any"))
            return [f"conv in.channels 1; if {self.choice(act, f'{act} != none')} {{ {act} }}"]
        return [self.labelled(self.chain(scope), scope, 0.35)]

    def called(self, scope: Scope, depth: int) -> list[str]:
        r = self.random
        if scope.names("block") and r.random() < 0.5:
            return [f"{r.choice(scope.names('block'))} {self.wrapped(self.number(scope))}"]
        return [self.labelled(self.call(scope), scope, 0.4)]

    def labelled(self, line: str, scope: Scope, chance: float) -> str:
        """A label now and then; in a loop it has the loop's variable in it."""
        if self.random.random() > chance or (scope.loops and not scope.names("index")):
            return line
        label = self.label()
        if scope.loops:
            return f"{label}_{{{scope.names('index')[-1]}}}: {line}"
        scope.tensors.append(label)
        return f"{label}: {line}"

    def back(self, scope: Scope, depth: int) -> list[str]:
        return [f"from {self.random.choice(('input', *scope.tensors))}"]

    def again(self, scope: Scope, depth: int) -> list[str]:
        return [f"share {self.random.choice(scope.shared)}"]

    def let(self, scope: Scope, depth: int) -> list[str]:
        self.count += 1
        name = f"n{self.count}"
        line = f"let {name} = {self.number(scope)}"
        lines = [line, f"conv {name} 1", *self.plain(scope, depth)]
        return ["{", *["    " + one for one in lines], "}"] if self.random.random() < 0.5 else lines

    def optional(self, scope: Scope, depth: int) -> list[str]:
        """Branches that are there or not, the first of them too."""
        r = self.random
        first = r.choice(("identity", "scale", "batchnorm", "{ batchnorm; relu }"))
        tests = [self.test(scope), *(f"in.channels == {one}" for one in scope.names("number"))]
        times = r.choice(("1", "0", "2", *scope.names("depth")))
        head = r.choice((f"if {r.choice(tests)}", f"if {r.choice(tests)}", f"repeat {times}"))
        self.count += 1
        same = f"w{self.count}"
        wanted = head.removeprefix("if in.channels == ")
        width = wanted if wanted in scope.names("number") else same
        branches = [f"{head} {{ {first} }}", f"conv {width} 3 pad=1"]
        if r.random() < 0.4:
            branches.insert(r.randint(0, 2), f"if {self.test(scope)} {{ conv {width} 1 }}")
        word = r.choice(("add", "add", "concat"))
        lines = [f"let {same} = in.channels", *self.inside(word, branches)]
        return self.inside("", lines)

    def same(self, scope: Scope, depth: int) -> list[str]:
        """A value that hangs on the entering channels, asked for where they are others."""
        r = self.random
        self.count += 1
        name = f"s{self.count}"
        width = self.wrapped(self.number(scope))
        relation = r.choice(("==", "!=", ">"))
        lines = [
            f"let {name} = in.channels {relation} {width}",
            f"conv {width} 1",
            f"if {r.choice((name, f'not {name}'))} {{ {self.chain(scope)} }}",
        ]
        return self.inside("", lines)

    def rounds(self, scope: Scope, depth: int) -> list[str]:
        """A loop with an arm that may never be taken, behind a merge."""
        r = self.random
        times = r.choice(("2", "1", *scope.names("depth")))
        merge = f"{r.choice(('add', 'concat'))} {{ identity; conv in.channels 3 pad=1 }}"
        lines = [merge, f"if {self.test(scope)} {{ {self.chain(scope)} }}"]
        return self.inside(f"repeat {times}", r.sample(lines, 2))

    def acted(self, scope: Scope, depth: int) -> list[str]:
        """A table with layers and flags in it."""
        r = self.random
        self.count += 1
        width, act, flag = f"t{self.count}", f"Act{self.count}", f"f{self.count}"
        rows = r.choice((*ROWS, *scope.names("rows"), *scope.names("rows")))
        inner = Scope({width: "number", flag: "flag", **scope.values}, scope.loops + 1)
        lines = [f"conv {width} 1 -> {act}", f"if {flag} {{ {self.chain(inner)} }}"]
        if r.random() < 0.5:
            lines[0] = f"conv {width} 3 pad=1; if {act} {{ {act} }}"
        elif self.blocks:
            lines.append(self.call(inner))
        return self.inside(f"for {width}, {act}, {flag} in {rows}", lines)

    def inside(self, head: str, lines: list[str]) -> list[str]:
        return [f"{head} {{", *["    " + line for line in lines], "}"]

    def inner(self, scope: Scope, more: dict[str, str] | None = None, loop: bool = False) -> Scope:
        one = Scope({**scope.values, **(more or {})}, scope.loops + loop)
        one.tensors = [] if loop else list(scope.tensors)
        return one

    def braces(self, scope: Scope, depth: int) -> list[str]:
        label = self.label()
        inner = self.inner(scope)
        inner.loops = 0
        if scope.loops:
            variable = scope.names("index")
            tag = f"{label}{{{variable[-1]}}}:" if variable else ""
            inner.loops = 0 if tag else scope.loops
            return self.inside(tag, self.statements(inner, depth - 1))
        lines = self.inside(f"{label}:", self.statements(inner, depth - 1))
        if self.random.random() < 0.4 and not scope.loops:
            k = f"conv in.channels 1 -> {self.random.choice(('relu', 'batchnorm'))}"
            lines = [k.replace("in.channels", "8", 1), *self.inside(f"{label}:", [k])]
            scope.shared.append(label)
        if not scope.loops:
            scope.tensors.append(label)
        return lines

    def merge(self, scope: Scope, depth: int) -> list[str]:
        r = self.random
        word = r.choice(("add", "concat", "mul"))
        if word == "concat":
            count = r.randint(2, 3)
            branches = [self.branch(scope, depth) for _ in range(count)]
            if r.random() < 0.3:
                branches.append(self.inside(f"if {self.test(scope)}", self.branch(scope, 0)))
            if r.random() < 0.2:
                self.count += 1
                i = f"i{self.count}"
                over = r.choice(("range(2)", "[1, 2]", *scope.names("list")))
                branches.append(self.inside(f"for {i} in {over}", [f"conv (4*{i} + 4) 1"]))
        else:
            branches = [
                r.choice((["identity"], ["conv in.channels 1 bias=false"])),
                [f"{self.chain(scope)} -> conv SAME 3 pad=1"],
            ]
            self.count += 1
            same = f"w{self.count}"
            branches = [[line.replace("SAME", same) for line in one] for one in branches]
            if r.random() < 0.5:
                branches[0] = [
                    f"if {self.test(scope)} {{ {branches[0][0]} }} "
                    f"else {{ conv {same} 1 -> batchnorm }}"
                ]
            head = [f"let {same} = in.channels"]
            lines = self.inside(word, [line for one in branches for line in one])
            return ["{", *["    " + one for one in (*head, *lines)], "}"]
        lines = [line for one in branches for line in one]
        return self.inside(self.labelled(word, scope, 0.3), lines)

    def branch(self, scope: Scope, depth: int) -> list[str]:
        r = self.random
        chance = r.random()
        if chance < 0.2:
            return ["identity"]
        if chance < 0.5:
            return [self.labelled(self.chain(scope), scope, 0.3)]
        if chance < 0.65 and self.blocks:
            return [self.labelled(self.call(scope), scope, 0.3)]
        if chance < 0.8 and scope.tensors and not scope.loops:
            return [f"from {r.choice(scope.tensors)}"]
        if chance < 0.9:
            arms = [self.inside(f"if {self.test(scope)}", [self.chain(scope)])]
            return [*arms[0][:-1], f"}} else {{ {self.chain(scope)} }}"]
        label = f"{self.label()}:" if r.random() < 0.3 and not scope.loops else ""
        return self.inside(label, self.statements(self.inner(scope), 0))

    def condition(self, scope: Scope, depth: int) -> list[str]:
        r = self.random
        body = self.statements(self.inner(scope), depth - 1)
        lines = self.inside(f"if {self.test(scope)}", body)
        if r.random() < 0.3:
            more = self.statements(self.inner(scope), 0)
            lines = [*lines[:-1], *self.inside(f"}} else if {self.test(scope)}", more)]
        if r.random() < 0.5:
            lines = [*lines[:-1], *self.inside("} else", self.statements(self.inner(scope), 0))]
        return lines

    def loop(self, scope: Scope, depth: int) -> list[str]:
        r = self.random
        label = f"{self.label()}: " if r.random() < 0.3 and not scope.loops else ""
        self.count += 1
        i = f"i{self.count}"
        lists, tables = scope.names("list"), scope.names("table")
        chance = r.random()
        if chance < 0.3:
            times = r.choice(("2", "1", *scope.names("depth"), *(f"len({one})" for one in lists)))
            return self.inside(
                f"{label}repeat {times}", self.statements(self.inner(scope, loop=True), depth - 1)
            )
        if chance < 0.6 and lists:
            inner = self.inner(scope, {i: "number"}, loop=True)
            return self.inside(
                f"{label}for {i} in {r.choice(lists)}", self.statements(inner, depth - 1)
            )
        if chance < 0.8 and tables:
            inner = self.inner(scope, {i: "number", f"k{i}": "kernel"}, loop=True)
            return self.inside(
                f"{label}for {i}, k{i} in {r.choice(tables)}", self.statements(inner, depth - 1)
            )
        inner = self.inner(scope, {i: "index"}, loop=True)
        over = r.choice(("range(2)", "[0, 1]", *(f"range({one})" for one in scope.names("depth"))))
        body = self.statements(inner, depth - 1)
        if r.random() < 0.5:
            word = self.label()
            inner.loops = 0
            body = self.inside(f"{word}{{{i}}}:", self.statements(inner, depth - 1))
        return self.inside(f"{label}for {i} in {over}", body)

    # ------------------------------------------------------------------------ blocks and networks

    def block(self, name: str) -> str:
        r = self.random
        parameters: list[tuple[str, str, bool]] = []
        heads: list[str] = []
        if r.random() < 0.85:
            parameters.append(("width", "number", False))
            heads.append("width")
        if r.random() < 0.15:
            parameters.append(("skip", "tensor", False))
            heads.append("skip")
        if r.random() < 0.2 and any(self.simple(one) for one in self.blocks):
            parameters.append(("Inner", "block", False))
            heads.append("Inner")
        known = [f"{one} // 2" for one, kind, _ in parameters if kind == "number"]
        optional = [
            ("mid", "number", r.choice(("8", "in.channels", *known))),
            ("extra", "flag", r.choice(("true", "false"))),
            ("k", "kernel", r.choice(("1", "3"))),
            ("rate", "rate", "0.3"),
            ("widths", "list", r.choice(("[8, 16]", "[8]"))),
            ("rows", "table", "[[8, 3], [16, 1]]"),
            ("Act", "layer", "relu"),
            ("End", "any", r.choice(("none", "relu"))),
            ("mult", "share", r.choice(("1.0", "0.5", "2"))),
            ("table3", "rows", ROWS[0]),
            ("n", "depth", r.choice(("1", "2"))),
        ]
        for word, kind, default in r.sample(optional, r.randint(0, 4)):
            parameters.append((word, kind, True))
            heads.append(f"{word} = {default}")
        parameters = [one for one in parameters if one[1] != "depth"]
        values = {word: kind for word, kind, _ in parameters}
        if any(head.startswith("n =") for head in heads):
            values["n"] = "depth"
        scope = Scope({**self.top, **values})
        if "skip" in values:
            scope.tensors.append("skip")
        lines = self.statements(scope, 2)
        if "Inner" in values:
            lines.append(f"Inner {self.wrapped(self.number(scope))}")
        self.blocks.append(Block(name, tuple(parameters)))
        head = f"block {name}({', '.join(heads)})" if heads else f"block {name}"
        return "\n".join(self.inside(head, lines))

    def alias(self, number: int) -> list[str]:
        block = self.blocks[-1]
        flags = [name for name, kind, optional in block.parameters if kind == "flag"]
        numbers = [name for name, kind, optional in block.parameters if kind == "number"]
        fixed = flags[:1] or numbers[:1]
        if not fixed:
            return []
        value = "true" if flags else "8"
        left = tuple(one for one in block.parameters if one[0] != fixed[0])
        self.blocks.append(Block(f"Alias{number}", left))
        return [f"block Alias{number} = {block.name}({fixed[0]}={value})"]

    def ending(self, scope: Scope) -> list[str]:
        r = self.random
        if r.random() < 0.2:
            lines = r.choice((["maxpool 2"], [f"if {self.test(scope)} {{ maxpool 2 }}"]))
            return [*lines, "flatten", "linear classes"]
        if r.random() < 0.5:
            return ["global_avgpool -> flatten", "fc: linear classes"]
        return ["global_avgpool", "conv classes 1", "flatten"]

    def single(self) -> str:
        r = self.random
        kinds = {"width": "number", "widths": "list", "flag": "flag", "mult": "share", "n": "depth"}
        scope = Scope({**self.top, **kinds})
        head = (
            "network Net(width = 8, widths = [8, 16], flag = "
            f"{r.choice(('true', 'false'))}, classes = 4, mult = {r.choice(('1.0', '0.5', '2'))}, "
            f"n = {r.choice(('1', '2', '2.0'))})"
        )
        lines = ["input 4x8x8", "stem: conv 8 3 pad=1", *self.statements(scope, 2, 2)]
        if r.random() < 0.3:
            aux = f"aux: output {r.choice(('', 'training '))}conv 4 1"
            lines.append(aux if r.random() < 0.5 else f"if {self.test(scope)} {{ {aux} }}")
        text = "\n".join(self.inside(head, [*lines, *self.ending(scope)]))
        if r.random() < 0.4:
            text += (
                "\n\nnetwork Outer(classes = 4) {\n    input 4x8x8\n    net: Net classes=classes\n"
                "    relu\n}"
            )
        return text

    def family(self) -> str:
        r = self.random
        plain = [one.name for one in self.blocks if self.simple(one)]
        values = {**self.top, "widths": "list", "n": "depth", "flag": "flag"}
        heads = ["widths", "n = 1", f"flag = {r.choice(('true', 'false'))}", "classes = 4"]
        flagged = r.random() < 0.4
        if flagged:
            values["rows"] = "rows"
            heads.insert(0, "rows")
        if r.random() < 0.4:
            values["mult"] = "share"
            heads.append(f"mult = {r.choice(('1.0', '0.5'))}")
        if plain:
            values["Block"] = "block"
            heads.insert(0, "Block")
        scope = Scope(values)
        lines = ["input 4x8x8", "stem: conv 8 3 pad=1", *self.statements(scope, 2)]
        if plain:
            step = f"{r.choice(('', 'stage: '))}for w in widths"
            lines += self.choice(
                self.inside(step, ["Block w"]),
                self.inside("for i in range(len(widths))", ["stage{i + 1}: Block widths[i]"]),
                self.inside(step, ["repeat n { Block w }"]),
                self.inside(
                    "for i in range(len(widths))",
                    ["stage{i}: { Block widths[i]; repeat n { Block widths[i] } }"],
                ),
            )
        text = [
            "\n".join(
                self.inside(f"network Fam({', '.join(heads)})", [*lines, *self.ending(scope)])
            )
        ]
        members: list[str] = []
        for number in range(r.randint(1, 3)):
            arguments = [self.choice("[8]", "[8, 16]", "[16, 8, 16]")]
            if flagged:
                arguments.insert(0, r.choice(ROWS))
            if plain:
                arguments.insert(0, self.value("block", Scope({})))
            if r.random() < 0.4:
                arguments.append(r.choice(("n=2", "flag=true", "classes=6", "n=0")))
            if "mult" in values and r.random() < 0.5:
                arguments.append(r.choice(("mult=2", "mult=0.5", "mult=1.0")))
            of = f"Fam({', '.join(arguments)})"
            if members and r.random() < 0.3:
                of = f"{r.choice(members)}({r.choice(('n=2', 'flag=false', 'classes=5'))})"
            members.append(f"M{number}")
            text.append(f"network M{number} = {of}")
        if r.random() < 0.2:
            text.append(
                "network Uses(classes = 3) {\n    input 4x8x8\n    trunk: M0\n    linear classes\n}"
            )
        return "\n\n".join(text)

    def two_inputs(self) -> str:
        r = self.random
        scope = Scope({**self.top, "width": "number", "flag": "flag"})
        lines = ["input left 4x8x8", "input right 4x8x8"]
        scope.tensors += ["left", "right"]
        lines += ["from left", "tower: { conv 8 3 pad=1; relu; conv 8 1 }", "one: identity"]
        lines += ["from right", "share tower" if r.random() < 0.6 else "conv width 1"]
        scope.tensors.append("one")
        lines += ["concat { identity; from one }", *self.statements(scope, 2)]
        return "\n".join(
            self.inside(
                "network Two(width = 8, flag = true, classes = 4)", [*lines, *self.ending(scope)]
            )
        )


def spec(seed: int) -> str:
    """The text of one file; not every one of them is valid."""
    return File(seed).text()
