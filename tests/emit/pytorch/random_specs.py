"""Random valid specs: text first, kept only if archc finds nothing wrong with it."""

from __future__ import annotations

import random

ACTIVATIONS = (
    "relu",
    "relu6",
    "leaky_relu",
    "leaky_relu 0.2",
    "prelu",
    "elu",
    "gelu",
    "silu",
    "hardswish",
    "hardsigmoid",
    "sigmoid",
    "tanh",
    "scaled_tanh",
    "softmax",
    "log_softmax",
)
KEEPING = (
    "batchnorm",
    "batchnorm eps=0.001",
    "lrn 5",
    "lrn 3 alpha=1e-3 k=2",
    "layernorm",
    "instancenorm",
    "instancenorm affine=true",
    "groupnorm 2",
    "dropout 0.3",
    "dropout2d 0.2",
    "stochastic_depth 0.1",
    "identity",
    "channel_shuffle 2",
    "scale",
    "scale init=0.1",
    "batchnorm affine=false",
    "batchnorm track=false",
    "groupnorm 1",
)

TABLES = (
    "[[8, relu], [16, relu]]",
    "[[8, relu], [12, silu]]",
    "[[8, leaky_relu(0.2)], [16, relu6]]",
    "[[12, prelu]]",
)


class Spec:
    """Writes one file. Channels are multiples of 4 so that groups divide."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.blocks: list[str] = []
        self.names: list[tuple[str, int]] = []
        self.saved: list[str] = []  # labels of earlier values
        self.labels = 0

    def text(self) -> str:
        r = self.random
        for i in range(r.randint(0, 3)):
            self.block(i)
        size = r.choice(("3x32x32", "4x24x32", "3x33x29", "2x64", "2x12x16x12"))
        self.open = r.random() < 0.15
        if self.open:
            size = r.choice(("3xHxW", "2xL", "4xHxW"))
        self.rank = size.count("x")
        self.channels = 4
        lines = [f"input {size}", f"stem: conv 8 {self.kernel(3)} pad=1"]
        for _ in range(r.randint(2, 6)):
            lines += self.statement(2)
        if r.random() < 0.3:
            aux = f"aux: output {r.choice(('training ', ''))}conv 4 {self.kernel(1)}"
            lines.append(aux if r.random() < 0.6 else f"if {self.test()} {{ {aux} }}")
        lines += self.ending()
        parameters = f"({', '.join(self.parameters())})"
        body = "\n".join("    " + line for line in lines)
        return "\n".join([*self.blocks, f"network Net{parameters} {{\n{body}\n}}\n"])

    def parameters(self) -> list[str]:
        return [
            "classes = 10",
            "width = 16",
            "flag = " + self.random.choice(("true", "false")),
            "depth = 2",
            "wide = " + self.random.choice(("1.0", "0.5", "2", "1.5")),
            "act = 0.2",
        ]

    def kernel(self, k: int) -> str:
        if self.rank == 1:
            return str(k)
        return "x".join([str(k)] * self.rank)

    def ending(self) -> list[str]:
        r = self.random
        if self.open and r.random() < 0.3:
            size = ", ".join("L" if self.rank == 1 else "HW")
            return [f"conv classes {self.kernel(1)}", f"upsample [{size}]"]
        if self.open or r.random() < 0.4:
            return ["global_avgpool", "flatten", "fc: linear classes"]
        if r.random() < 0.3:
            return [*self.sized(), "flatten", "linear 2*width; relu", "linear classes"]
        if r.random() < 0.5:
            return [
                f"adaptive_avgpool {self.kernel(2)}",
                "flatten",
                "linear 12; relu; dropout 0.5",
                "linear classes",
            ]
        return [
            f"adaptive_maxpool {self.kernel(1)}",
            "flatten",
            "F6: linear 12 -> scaled_tanh",
            "out: rbf classes",
        ]

    def sized(self) -> list[str]:
        """A map whose size hangs on an argument, and so does the width behind a flatten."""
        r = self.random
        test = r.choice(("depth > 2", "depth == 2", "width > 8", "flag"))
        return r.choice(
            (
                [f"maxpool {self.kernel(2)} stride=(2 if {test} else 1)"],
                [f"if {test} {{ maxpool {self.kernel(2)} }}"],
                [f"repeat depth {{ maxpool {self.kernel(2)} }}"],
                [
                    f"conv width {self.kernel(3)} pad=(1 if {test} else 0)",
                    f"maxpool {self.kernel(2)}",
                ],
                [f"adaptive_avgpool {self.kernel(2)}"],
                [f"adaptive_avgpool (depth if {test} else 3)"],
            )
        )

    def test(self) -> str:
        """A condition; some are not true with what the network has by default."""
        return self.random.choice(
            (
                *("flag", "not flag", "width > 8", "in.channels > 8", "in.channels == width"),
                *("width == 16 and flag", "width > 99", "depth > 5", "classes > 999"),
                *("in.channels > 999", "depth == 2", "wide > 1", "in.channels != 8"),
            )
        )

    def label(self) -> str:
        self.labels += 1
        word = self.random.choice(("a", "conv", "branch", "x", "Stage", "y_", "keys"))
        return f"{word}_{self.labels}"

    def conv(self) -> str:
        r = self.random
        k = r.choice((1, 3, 3, 5))
        width = r.choice(
            (
                "8",
                "16",
                "12",
                "width",
                "2*width",
                "width // 2",
                "in.channels",
                "2*in.channels",
                "4 + 4",
                "8*wide",
                "4 * wide * 2",
                "divisible(10 * wide, 4)",
            )
        )
        options = [f"conv {width} {self.kernel(k)}"]
        d = r.choice((1, 1, 1, 2))
        options.append(r.choice((f"pad={d * (k // 2)}", "pad=same", f"pad={d * (k // 2)}")))
        if d > 1:
            options.append("dilation=2")
        if r.random() < 0.2:
            options.append("groups=4" if r.random() < 0.5 else "groups=2")
        if r.random() < 0.3:
            options.append("bias=false")
        return " ".join(options)

    def keeping(self) -> str:
        r = self.random
        return r.choice(KEEPING) if r.random() < 0.5 else r.choice(ACTIVATIONS)

    def layer(self) -> str:
        r = self.random
        chance = r.random()
        if chance < 0.4:
            return self.conv()
        if chance < 0.9:
            return self.keeping()
        return r.choice(
            (
                f"maxpool {self.kernel(2)}",
                f"maxpool {self.kernel(3)} stride=2 pad=1 ceil=true",
                f"avgpool {self.kernel(2)} ceil=true",
                f"avgpool {self.kernel(3)} stride=1 pad=1",
                f"conv_transpose 8 {self.kernel(2)} stride=2",
                "upsample 2",
                f"maxpool {self.kernel(2)} stride=2 pad=same",
                f"pad {'[[0, 1]]' if self.rank == 1 else '1'}",
                "slice 0 4",
                "slice 2",
                "subsample " + self.kernel(2),
                f"conv 8 {self.kernel(3)} stride=2 pad=same",
            )
        )

    def chain(self) -> str:
        return " -> ".join(self.layer() for _ in range(self.random.randint(1, 3)))

    def statement(self, depth: int) -> list[str]:
        r = self.random
        chance = r.random()
        if depth == 0 or chance < 0.3:
            line = self.chain()
            if r.random() < 0.3:
                label = self.label()
                self.saved.append(label)
                line = f"{label}: {line}"
            return [line]
        if chance < 0.36:
            return self.decided()
        if chance < 0.42:
            return self.braces(self.label() + ": " if r.random() < 0.7 else "", depth)
        if chance < 0.6:
            return self.merge(depth)
        if chance < 0.72:
            return self.loop(depth)
        if chance < 0.8:
            return self.condition(depth)
        if chance < 0.86 and self.saved:
            return [f"from {r.choice(self.saved)}"]
        if chance < 0.9 and self.saved:
            return [f"share {r.choice(self.saved)}"]
        if self.names:
            return [self.call()]
        return [self.chain()]

    def decided(self) -> list[str]:
        """What is there or not, as an argument or the entering channels have it."""
        r = self.random
        one, three = self.kernel(1), self.kernel(3)
        first = r.choice(("identity", "scale", "batchnorm", "{ batchnorm; relu }"))
        self.labels += 1
        name = f"v{self.labels}"
        optional = r.choice(
            (
                [f"if in.channels == width {{ {first} }}", f"conv width {three} pad=1"],
                [f"if {self.test()} {{ {first} }}", f"conv in.channels {three} pad=1"],
                [
                    f"repeat {r.choice(('depth - 1', 'depth', '0', '1'))} {{ {first} }}",
                    f"conv in.channels {one}",
                ],
                [f"conv in.channels {one}", f"if {self.test()} {{ {first} }}"],
            )
        )
        return r.choice(
            (
                [f"{r.choice(('add', 'concat'))} {{ {'; '.join(optional)} }}"],
                [
                    "{",
                    f"    let {name} = in.channels {r.choice(('==', '!=', '>'))} width",
                    f"    add {{ conv width {one}; if {name} {{ conv width {three} pad=1 }} }}",
                    f"    if not {name} {{ relu }} else {{ {self.plain()} }}",
                    "}",
                ],
                [
                    f"for w, Act in {r.choice(TABLES)} {{",
                    f"    conv {r.choice(('w', '2*w', 'w * depth'))} {one} -> Act",
                    f"    if {r.choice((self.test(), 'w > 8', 'w > 99'))} {{ {self.plain()} }}",
                    "}",
                ],
                [
                    f"repeat {r.choice(('depth', '2', '1'))} {{",
                    f"    add {{ identity; conv in.channels {one} }}",
                    f"    if {self.test()} {{ {self.plain()} }}",
                    "}",
                ],
            )
        )

    def call(self) -> str:
        r = self.random
        name, kind = r.choice(self.names)
        label = f"{self.label()}: " if r.random() < 0.4 else ""
        width = r.choice(("8", "width", "16", "in.channels"))
        if kind == 0:
            return f"{label}{name} {width}"
        if kind == 1:
            return f"{label}{name}({width}, {r.choice(('true', 'flag', 'extra=false'))})"
        if kind == 2:
            if self.saved and r.random() < 0.7:
                return f"{label}{name} {width} {r.choice(self.saved)}"
            return f"{label}{name} {width} input"
        act = r.choice(("relu", "gelu", "silu", "prelu", "leaky_relu(act)", "none", "Block0"))
        return f"{label}{name} {width} Act={act if act != 'Block0' else 'sigmoid'}"

    def braces(self, head: str, depth: int) -> list[str]:
        inside = [
            f"    {line}"
            for _ in range(self.random.randint(1, 3))
            for line in self.statement(depth - 1)
        ]
        return [f"{head}{{", *inside, "}"]

    def merge(self, depth: int) -> list[str]:
        r = self.random
        word = r.choice(("add", "concat", "mul"))
        if word == "concat":
            branches = [self.same_size() for _ in range(r.randint(2, 3))]
        elif word == "add":
            branches = [
                r.choice(("identity", f"conv in.channels {self.kernel(1)}")),
                f"conv in.channels {self.kernel(3)} pad=1 -> {self.keeping()}",
            ]
        else:
            branches = [
                "identity",
                f"{{ global_avgpool; conv in.channels {self.kernel(1)}; sigmoid }}",
            ]
        if r.random() < 0.3:
            branches[0] = f"{self.label()}: {branches[0]}"
        if word == "add" and r.random() < 0.4:
            branches[0] = (
                f"if {self.test()} {{ {branches[0]} }} "
                f"else {{ conv in.channels {self.kernel(1)} bias=false }}"
            )
        if word == "concat" and r.random() < 0.5:
            head = r.choice(("for i in [1, 2]", "repeat depth", "for i in range(depth)"))
            tag = f"{self.label()}: " if r.random() < 0.3 else ""
            width = "8" if "repeat" in head else "4*(i + 1)"
            branches.append(f"{tag}{head} {{ conv {width} {self.kernel(1)} -> {self.keeping()} }}")
        label = f"{self.label()}: " if r.random() < 0.2 else ""
        return [
            f"{label}{word} {{",
            *[f"    {one}" for one in branches],
            "}",
            *(["relu"] if r.random() < 0.5 else []),
        ]

    def same_size(self) -> str:
        r = self.random
        return r.choice(
            (
                "identity",
                f"conv 8 {self.kernel(1)} -> relu",
                f"conv width {self.kernel(3)} pad=1",
                f"{{ conv 4 {self.kernel(1)}; batchnorm; relu }}",
                "slice 0 2",
            )
        )

    def loop(self, depth: int) -> list[str]:
        r = self.random
        label = f"{self.label()}: " if r.random() < 0.4 else ""
        if r.random() < 0.5:
            head = f"{label}repeat {r.choice(('2', 'depth', 'depth + 1', '1', '0'))} {{"
            inner = r.choice(
                (
                    [self.plain()],
                    [self.plain(), self.plain()],
                    ["add { identity; conv in.channels " + self.kernel(1) + " }"],
                    ["concat { identity; conv 4 " + self.kernel(1) + " -> relu }"],
                )
            )
        else:
            head = f"{label}for i in {r.choice(('range(2)', 'range(depth)', '[1, 2]'))} {{"
            tag = self.label()
            inner = r.choice(
                (
                    [f"conv 4*(i + 1) {self.kernel(1)}; relu"],
                    [f"{tag}{{i}}: conv 8*(i + 1) {self.kernel(3)} pad=1 -> relu"],
                    [f"{tag}{{i + 1}}: {{ conv 8 {self.kernel(1)}; batchnorm; relu }}"],
                    ["let n = 4 * (i + 1)", f"conv n {self.kernel(1)} groups=2; {self.plain()}"],
                )
            )
        return [head, *[f"    {line}" for line in inner], "}"]

    def plain(self) -> str:
        r = self.random
        if self.names and r.random() < 0.4:
            name, kind = r.choice(self.names)
            if kind in (0, 3):
                return f"{name} {r.choice(('8', 'width', 'in.channels'))}"
        return r.choice(
            (
                f"conv 8 {self.kernel(3)} pad=1; relu",
                f"conv in.channels {self.kernel(1)}",
                f"conv 2*in.channels {self.kernel(1)}",
                "relu",
                "batchnorm; relu",
            )
        )

    def condition(self, depth: int) -> list[str]:
        r = self.random
        test = self.test()
        body = self.chain()
        if r.random() < 0.5:
            body = f"{self.label()}: {{ {self.conv()}; relu }}"
        if r.random() < 0.5:
            return [f"if {test} {{ {body} }}"]
        return [f"if {test} {{ {body} }} else {{ {self.chain()} }}"]

    def block(self, number: int) -> None:
        r = self.random
        name = f"Block{number}"
        kind = r.randint(0, 3)
        if kind == 0:
            lines = r.choice(
                (
                    ["conv width 3 pad=1", "batchnorm", "relu"],
                    [
                        "add {",
                        "    { c1: conv width 3 pad=1 -> relu; c2: conv width 1 }",
                        "    if in.channels != width { down: conv width 1 bias=false } "
                        "else { identity }",
                        "}",
                        "relu",
                    ],
                    [
                        "add {",
                        "    if in.channels == width { identity }",
                        "    conv width 3 pad=1",
                        "}",
                    ],
                    [
                        "let same = in.channels == width",
                        "add { { conv 2*width 1; conv width 3 pad=1 }; if same { identity } }",
                        "if width > 16 { relu }",
                    ],
                    [
                        "conv width 1",
                        "repeat 2 { add { identity; conv width 3 pad=1 }; if width > 8 { relu } }",
                    ],
                    [
                        "let mid = max(width // 2, 4)",
                        "conv mid 1; relu",
                        "conv width 3 pad=1",
                        "concat { identity; relu }",
                    ],
                )
            )
            head = "(width)"
        elif kind == 1:
            lines = [
                "first: conv width 3 pad=1 bias=false -> batchnorm",
                "if extra { more: { conv width 1; relu } }",
                "relu",
            ]
            if r.random() < 0.5:
                lines = ["if extra { conv 2*width 1 }", "last: conv width 1"]
            head = "(width, extra = false)"
        elif kind == 2:
            lines = [
                "conv skip.channels 1",
                "upsample like=skip",
                "concat { identity; from skip }",
                "conv width 1",
            ]
            head = "(width, skip)"
        else:
            act = r.choice(("Act", "if Act { Act }", "if Act != none { Act }"))
            lines = ["conv width 3 pad=1", act, "batchnorm", act]
            head = "(width, Act = relu)"
        body = "\n".join("    " + line for line in lines)
        self.blocks.append(f"block {name}{head} {{\n{body}\n}}")
        self.names.append((name, kind))


def spec(seed: int) -> str:
    """The text of one file; not every one of them is valid."""
    return Spec(seed).text()
