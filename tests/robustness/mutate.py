"""Specs broken at random, the same way for the same number."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from pathlib import Path

TESTS = Path(__file__).parent.parent
SPECS = sorted((TESTS.parent / "specs").glob("*.arch"))
TEXTS = {path.name: path.read_text(encoding="utf-8") for path in SPECS}
CASES = {
    path.name: path.read_text(encoding="utf-8").partition("\n----")[0] + "\n"
    for path in sorted((TESTS / "cases").glob("*/*.txt"))
}
"""Small texts that have every statement, and every mistake with a code."""
TOKEN = re.compile(r'"""|"[^"\n]*"|\w+|->|=>|//|\*\*|[=!<>]=|[^\w\s]|\s+')
NUMBER = re.compile(r"\b\d+(?:x\d+)*\b")
NUMBERS = (
    *("0", "1", "-1", "(-1)", "2", "3.5", "1/3", "10**9", "10**30", "99999999999", "1e-9"),
    *("0x0", "3x3x3", "[1, 2]", "[]", "none", "true", '"a"', "in.channels", "H", "1e300"),
)
WORDS = (
    *("conv", "add", "concat", "mul", "relu", "flatten", "linear", "identity", "maxpool", "share"),
    *("repeat", "for", "if", "else", "from", "let", "expect", "input", "output", "in", "training"),
    *("upsample", "crop", "slice", "reshape", "permute", "pad", "batchnorm", "global_avgpool"),
    *("{", "}", "(", ")", "[", "]", "->", "=>", ":", ";", "\n", "=", ",", "~", "**", "//", "."),
)


HEADS = (
    *("{ @ }", "g: { @ }", "repeat # { @ }", "for i in # { @ }", "if # { @ } else { relu }"),
    *("add { identity; @ }", "concat { @; relu }", "a{#}: { @ }", "let z = #; @", "expect # == #"),
    *("output { @ }", "relu -> { @ } => #", "from input; @"),
)
CALLS = (
    *("conv", "relu", "maxpool", "linear", "upsample", "flatten", "batchnorm", "share g", "B"),
    *("reshape", "crop", "slice", "permute", "dropout", "conv_transpose", "global_avgpool", "pad"),
)


def mutated(seed: int, texts: Mapping[str, str] = TEXTS) -> tuple[str, str]:
    """The name of one of the texts, and it after one to four changes."""
    chance = random.Random(seed)
    name = chance.choice(list(texts))
    text = texts[name]
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 4))):
        text = chance.choice(CHANGES)(text, chance)
    return name, text


def _token(text: str, chance: random.Random) -> str:
    """A token gone, doubled, swapped with its neighbour, or replaced."""
    tokens = TOKEN.findall(text)
    solid = [place for place, token in enumerate(tokens) if not token.isspace()]
    if len(solid) < 3:
        return text
    at = chance.randrange(len(solid) - 1)
    here, there = solid[at], solid[at + 1]
    what = chance.randrange(5)
    if what == 0:
        tokens[here] = ""
    elif what == 1:
        tokens[here] += " " + tokens[here]
    elif what == 2:
        tokens[here], tokens[there] = tokens[there], tokens[here]
    elif what == 3:
        tokens[here] = tokens[chance.choice(solid)]
    else:
        tokens[here] = chance.choice(WORDS)
    return "".join(tokens)


def _line(text: str, chance: random.Random) -> str:
    """A line gone, doubled, moved, or exchanged."""
    lines = text.split("\n")
    here, there = chance.randrange(len(lines)), chance.randrange(len(lines))
    what = chance.randrange(4)
    if what == 0:
        del lines[here]
    elif what == 1:
        lines.insert(there, lines[here])
    elif what == 2:
        lines.insert(there, lines.pop(here))
    else:
        lines[here], lines[there] = lines[there], lines[here]
    return "\n".join(lines)


def _letter(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text) + 1)
    letter = chance.choice(
        ["", chr(chance.randrange(32, 127)), chance.choice("\0\t\r\n\u00d7\ufeff")]
    )
    return text[:at] + letter + text[at + chance.randrange(2) :]


def _number(text: str, chance: random.Random) -> str:
    """Numbers gone wild."""
    found = list(NUMBER.finditer(text))
    for match in sorted(
        chance.sample(found, min(len(found), chance.randrange(1, 3))),
        reverse=True,
        key=lambda match: match.start(),
    ):
        text = text[: match.start()] + chance.choice(NUMBERS) + text[match.end() :]
    return text


def _word(text: str, chance: random.Random) -> str:
    """A name becomes another name of the same text."""
    found = list(re.finditer(r"\b[A-Za-z_]\w*\b", text))
    if not found:
        return text
    match, other = chance.choice(found), chance.choice(found)
    return text[: match.start()] + other.group() + text[match.end() :]


def _splice(text: str, chance: random.Random) -> str:
    """The head of one spec, the tail of another; or some lines of another in the middle."""
    mine, lines = text.split("\n"), chance.choice(list(TEXTS.values())).split("\n")
    here, there = chance.randrange(len(mine)), chance.randrange(len(lines))
    if chance.random() < 0.3:
        return "\n".join(mine[:here] + lines[there:])
    return "\n".join(mine[:here] + lines[there : there + chance.randrange(1, 6)] + mine[here:])


def _swell(text: str, chance: random.Random) -> str:
    """Every number of a line by a thousand, or to a power: loops, axes and widths beyond bounds."""
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    factor = chance.choice((" * 10**3", " * 10**9", " ** 99", " * 0", " - 10**6", " / 7"))
    lines[at] = re.sub(r"(?<![\w.])\d+(?![\w.])", lambda one: f"({one[0]}{factor})", lines[at])
    return "\n".join(lines)


def _derive(text: str, chance: random.Random) -> str:
    """Statements that the grammar allows, in the place of a line."""
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    lines[at] = _statement(chance, 3)
    return "\n".join(lines)


def _statement(chance: random.Random, depth: int) -> str:
    if depth and chance.random() < 0.6:
        inner = "; ".join(_statement(chance, depth - 1) for _ in range(chance.randrange(3)))
        return chance.choice(HEADS).replace("@", inner).replace("#", _expression(chance, 2))
    arguments = " ".join(_expression(chance, 2) for _ in range(chance.randrange(3)))
    return f"{chance.choice(CALLS)} {arguments}"


def _expression(chance: random.Random, depth: int) -> str:
    if not depth or chance.random() < 0.5:
        return chance.choice(NUMBERS)
    form = chance.choice(("(# + #)", "(# * #)", "[#, #]", "(# if # else #)", "range(#)", "(#)[#]"))
    while "#" in form:
        form = form.replace("#", _expression(chance, depth - 1), 1)
    return form


def _bytes(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text) + 1)
    noise = chance.randbytes(chance.randrange(1, 9)).decode("utf-8", "replace")
    return text[:at] + noise + text[at:]


CHANGES = (
    *(_token, _token, _token, _line, _line, _letter),
    *(_number, _number, _word, _word, _splice, _splice, _bytes, _swell, _derive, _derive),
)
