"""Programs that parse: every statement and expression of the language, with any values at all."""

from __future__ import annotations

from hypothesis import strategies as st

from archc.graph.functions import FUNCTIONS
from archc.layers.registry import KINDS

VALUES = ("a", "b", "n", "in.channels", "in.shape", "in", "input", "x1.channels", "p", "H", "l0")
BLOCKS = ("B", "C", "P", "M", "relu", "conv", "B(1)", "C(B)", "conv(3)", "maxpool(2)")
NUMBERS = ("0", "1", "2", "3", "8", "16", "1/2", "0.5", "1e9", "10**20", "-1", "99", "3x3", "1x2x3")
SIMPLE = (*NUMBERS, *VALUES, "true", "false", "none", '"t"', "same", "[]", "[1, 2]", "[[1, 2], 3]")
NAMES = ("a", "b", "n", "k")
LABELS = ("x1", "x2", "conv1", "f", "y{n}", "z{a + 1}", '"q-{b}"', "l0", "input1")


def expressions() -> st.SearchStrategy[str]:
    """An expression in brackets where it needs them."""
    return st.recursive(
        st.sampled_from((*SIMPLE, *BLOCKS)),
        lambda inner: st.one_of(
            st.tuples(
                inner,
                st.sampled_from(("+", "-", "*", "/", "//", "%", "**", "<", "==", "!=")),
                inner,
            ).map(lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"),
            st.tuples(inner, st.sampled_from(("and", "or")), inner).map(
                lambda parts: f"({' '.join(parts)})"
            ),
            st.tuples(inner, inner, inner).map(lambda p: f"({p[0]} if {p[1]} else {p[2]})"),
            st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
            st.tuples(st.sampled_from(sorted(FUNCTIONS)), st.lists(inner, max_size=3)).map(
                lambda call: f"{call[0]}({', '.join(call[1])})"
            ),
            st.tuples(inner, inner).map(lambda parts: f"({parts[0]})[{parts[1]}]"),
            inner.map(lambda part: f"(-{part})"),
            inner.map(lambda part: f"({part})[1:]"),
        ),
        max_leaves=4,
    )


def arguments() -> st.SearchStrategy[str]:
    """Arguments of a call, some by name."""
    words = sorted({name for kind in KINDS.values() for name in kind.arguments})
    named = st.tuples(st.sampled_from((*words, "p", "q")), expressions()).map("=".join)
    return st.lists(st.one_of(expressions(), expressions(), named), max_size=3).map(
        lambda parts: " ".join(sorted(parts, key=lambda part: "=" in part))
    )


def statements() -> st.SearchStrategy[str]:
    """A statement, perhaps with more inside."""
    heads = st.sampled_from(
        (*sorted(KINDS), "B", "C", "P", "M", "M.f", "share", "NoSuch", "nosuch")
    )
    call = st.tuples(heads, arguments()).map(lambda parts: " ".join(parts).strip())
    go = st.sampled_from(
        ("from x1", "from f.x1", "from input", "from a", 'from "q-1"', "from y{n}")
    )
    simple = st.one_of(call, call, call, go, st.just("relu"), st.just("conv 3 1x1"))

    def more(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        body = st.lists(inner, max_size=4).map(lambda lines: "{ " + "; ".join(lines) + " }")
        label = st.sampled_from(LABELS)
        return st.one_of(
            st.tuples(label, inner).map(": ".join),
            st.tuples(st.sampled_from(("concat", "add", "mul", "", "nosuch")), body).map(" ".join),
            st.tuples(st.sampled_from(("repeat 2", "repeat n", "for i in [1, 2]")), body).map(
                " ".join
            ),
            st.tuples(expressions(), body).map(lambda parts: f"for k, m in {parts[0]} {parts[1]}"),
            st.tuples(expressions(), body, body).map(lambda p: f"if {p[0]} {p[1]} else {p[2]}"),
            st.tuples(inner, inner).map(" -> ".join),
            st.tuples(call, expressions()).map(" => ".join),
            st.tuples(st.sampled_from(NAMES), expressions()).map(lambda p: f"let {p[0]} = {p[1]}"),
            st.tuples(label, inner).map(lambda p: f"{p[0]}: output {p[1]}"),
            inner.map(lambda part: f"output training {part}"),
            st.tuples(expressions(), expressions()).map(lambda p: f"expect {p[0]} == {p[1]}"),
            st.just("expect params + x1.macs ~ 1.0K"),
            st.just("expect receptive_field.stride <= f.memory.peak"),
        )

    return st.recursive(simple, more, max_leaves=6)


def programs() -> st.SearchStrategy[str]:
    """A file: two blocks, an alias, a network with parameters, a member."""
    body = st.lists(statements(), max_size=5).map("\n    ".join)
    shapes = st.sampled_from(("3x8x8", "3xHxW", "1x16", "2x4x4x4", "10", "[n, 8, 8]", "0x8x8"))
    return st.tuples(body, body, expressions(), shapes, body, arguments()).map(
        lambda parts: (
            f"let a = 2\nlet b = [1, 2]\nblock B(p = 1) {{\n    {parts[0]}\n}}\n"
            f"block C(P, p = {parts[2]}) {{\n    {parts[1]}\n}}\nblock D = C(B)\n"
            f"network M(n = 2, P = relu) {{\n    input {parts[3]}\n    {parts[4]}\n}}\n"
            f"network O = M({parts[5].replace(' ', ', ') if parts[5] else ''})\n"
        )
    )
