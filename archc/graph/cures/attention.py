"""Attention, which is no layer here: a block of products, over the positions of a map or over rows.

Rows are tokens: `input 512x768`, or what an embedding gives. Of both blocks the text alone seldom
tells which is meant, and the shape does: the one that does not fit is no cure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from archc.diagnostics import Cure, Edit, Proposal
from archc.language import tree
from archc.language.source import Source, Span

OF_A_MAP = """block Attention {
    let c = in.channels
    let h = in.height
    let w = in.width
    matmul {
        { value: conv c 1x1; reshape [c, -1] }
        {
            matmul {
                { key: conv c 1x1; reshape [c, -1] -> permute [1, 0] }
                { query: conv c 1x1; reshape [c, -1] }
            }
            rescale c**(-1/2)
            softmax
        }
    }
    reshape [c, h, w]
    conv c 1x1
}

"""
OF_ROWS = """block SelfAttention(width, heads) {
    let rows = in.channels
    let each = width // heads
    identity  => [rows, width]
    matmul {
        {
            matmul {
                { query: linear width axis=-1; reshape [rows, heads, each]; permute [1, 0, 2] }
                { key: linear width axis=-1; reshape [rows, heads, each]; permute [1, 2, 0] }
            }
            rescale each**(-1/2)
            permute [2, 0, 1]
            softmax
            permute [1, 2, 0]
        }
        { value: linear width axis=-1; reshape [rows, heads, each]; permute [1, 0, 2] }
    }
    permute [1, 0, 2]
    reshape [rows, width]
    out: linear width axis=-1
}

"""
HEADS = re.compile(r"heads|n_?heads?|num_?heads", re.ASCII | re.IGNORECASE)
MANY = 64  # heads; one number beyond is a width
TOKENS = re.compile(
    r"\binput[ \t]+\d+x(\d+)[ \t]*(?:$|;|\})"  # rows of so many numbers
    r"|\b(?i:embedding|embed|token_?embedding)\b[ \t(]*\d+[ \t,]+(\d+)"
    r'|\bopaque[ \t]+"[^"\n]*"[ \t]*=>[ \t]*\d+x(\d+)\b(?!x)',
    re.ASCII | re.MULTILINE,
)
SLID = re.compile(r"\binput[ \t]+\d+x\d+[ \t]*$.*?\bconv\b", re.ASCII | re.DOTALL | re.MULTILINE)
"""A signal, over which windows move: the first of its sizes are channels."""

TURNED = re.compile(r"\bpermute[ \t]*\[1, ?0\]")
"""A map whose positions have become rows."""

WIDE = re.compile(r"\b(?:linear|conv)[ \t]+(\d+)", re.ASCII)


def attention(action: tree.Apply) -> Iterator[Proposal]:
    """`attention 12`, `multihead_attention 768 12`: the block that it is."""
    named = [(one.name or "", one.value.span.text) for one in action.arguments]
    yield from made(action.span, named)


def made(call: Span, arguments: Sequence[tuple[str, str]]) -> Iterator[Proposal]:
    """The block over rows where the text has tokens, and over a map elsewhere."""
    above = _above(call)
    if SLID.search(above):
        return  # a signal, whose positions lie along its last axis
    width, heads = _width_and_heads(arguments)
    tokens = TOKENS.search(above)
    if tokens is None:
        many = "" if heads == "1" else ", one head for all channels"
        yield from _defined(call, OF_A_MAP, "Attention", many)
    if tokens is not None or TURNED.search(above):
        known = [next(filter(None, tokens.groups()))] if tokens else WIDE.findall(above)
        width = width or (known or [""])[-1]
        if width and _divides(width, heads):
            yield from _defined(call, OF_ROWS, f"SelfAttention {width} {heads}", "")


def _above(call: Span) -> str:
    """What the text tells of the values here: the network above; for a block, all of the file."""
    text = call.source.text
    heads = list(re.finditer(r"^(?:network|block)\b", text[: call.start], re.MULTILINE))
    network = bool(heads) and heads[-1][0] == "network"
    return text[heads[-1].start() : call.start] if network else text


def _width_and_heads(arguments: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """What the arguments of a call say: `768 12`, `d_model, num_heads=8`, `8`; "" for no width."""
    own = [text for name, text in arguments if HEADS.fullmatch(name) or HEADS.fullmatch(text)]
    rest = [text for _, text in arguments if text not in own and re.fullmatch(r"\w+", text)]
    if own:
        return (rest or [""])[0], own[0]
    numbers = sorted((int(one) for one in rest if one.isdigit()), reverse=True)[:2]
    if len(numbers) == 1:
        return ("", str(numbers[0])) if numbers[0] <= MANY else (str(numbers[0]), "1")
    return (str(numbers[0]), str(numbers[1])) if numbers else ("", "1")


def _divides(width: str, heads: str) -> bool:
    numbers = width.isdigit() and heads.isdigit()
    return not numbers or (int(heads) > 0 and int(width) % int(heads) == 0)


def _defined(call: Span, block: str, line: str, many: str) -> Iterator[Proposal]:
    """A block in front of the definitions, called instead."""
    source, name = call.source, line.partition(" ")[0]
    edit = Edit(call, line)
    if re.search(rf"^block {name}\b", source.text, re.MULTILINE):
        yield Proposal(f"write `{line}`", Cure((edit,)))
        return
    place = _in_front(source)
    if place is None:
        return
    written = "" if call.text == line else f", and write `{line}`"
    help = f"define it{many}: `{in_one_line(block)}`{written}"
    yield Proposal(help, Cure((Edit(place, block), edit)))


def _in_front(source: Source) -> Span | None:
    first = re.search(r"^(?:network|block)\b", source.text, re.MULTILINE)
    return None if first is None else Span(source, first.start(), first.start())


def in_one_line(text: str) -> str:
    """Statements as they may stand in one line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    pairs = zip(lines, [*lines[1:], "}"], strict=True)
    apart = (line + (";" if line[-1] != "{" and next != "}" else "") for line, next in pairs)
    return " ".join(apart)


FLAT_INPUT = re.compile(r"\binput[ \t]+(\d+)[ \t]*(?:$|;)", re.ASCII | re.MULTILINE)


def embedded(action: tree.Apply, word: str) -> Iterator[Proposal]:
    """`input 512`, `embedding 30522 768`: rows, whose table archc does not count."""
    numbers = [one.value.span.text for one in action.arguments]
    rows = FLAT_INPUT.findall(action.span.source.text, 0, action.span.start)
    if len(numbers) != 2 or not all(map(str.isdigit, numbers)) or not rows:
        return
    line = f'opaque "{word}" => {rows[-1]}x{numbers[1]}'
    table = " x ".join(numbers)
    yield Proposal(
        f"write `{line}`, which stands for it; its table of {table} numbers is not counted",
        Cure((Edit(action.span, line),)),
    )
