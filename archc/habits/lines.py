"""Ways of writing a statement that other languages, papers and archc's own table have."""

from __future__ import annotations

import re

from archc.graph.cures.foreign import FOREIGN_ARGUMENTS
from archc.habits.behind import behind
from archc.habits.frameworks import layer_call
from archc.habits.habit import Habit, habit
from archc.language.tolerance import TOLERANCE, tolerated
from archc.layers.registry import FOREIGN, KINDS

STATEMENTS = ("network", "block", "input", "output", "expect", "for", "repeat", "if", "let", "from")
ARGUMENTS = sorted({name for kind in KINDS.values() for name in kind.arguments})
BARE = {
    word: word
    for word, kind in KINDS.items()
    if not any(argument.required for argument in kind.arguments.values())
}
BARE |= {word: kind for word, kind in FOREIGN.items() if kind in BARE}
CURRENT = ("x", "y", "h", "out", "net", "identity", "input_tensor", "inputs", "residual")
"""What people call the tensor that a layer reads, and that has no name here."""

CALL_OR_WORD = r"[A-Za-z_]\w*"


def _number_of_axes(found: re.Match[str]) -> str:
    """`input: 3, 32, 32`, `Input(shape=(32, 32, 3))`: the axes, channels first, without a batch."""
    axes = re.findall(r"\d+|None|[A-Z]\b", found[1])
    axes = [axis for axis in axes if axis != "None"]
    if len(axes) == 4 and axes[0] == "1":
        axes = axes[1:]
    if len(axes) == 3 and axes[2] in ("1", "3", "4") and axes[0] not in ("1", "3", "4"):
        axes = [axes[2], *axes[:2]]
    return "input " + "x".join(axes)


def _merged(word: str, names: str, label: str | None) -> str:
    """`c1 + c2` as a merge of earlier values."""
    branches = [
        "identity" if name in CURRENT else f"from {name}" for name in re.findall(r"[\w.]+", names)
    ]
    prefix = f"{label}: " if label and label not in CURRENT else ""
    return f"{prefix}{word} {{ {'; '.join(branches)} }}"


def _sum(found: re.Match[str]) -> str:
    word = "add" if "+" in found[2] else "mul"
    return _merged(word, found[2], found[1])


def _joined(found: re.Match[str]) -> str:
    """`torch.cat([a, b], 1)`, `Add()([a, b])`, `concat(a, b)`."""
    word = "concat" if "cat" in found[2].lower() else "add" if "add" in found[2].lower() else "mul"
    return _merged(word, found[3], found[1])


def _appended(found: re.Match[str]) -> str:
    """`concat e3`: beside the current tensor; `concat e3 e4`: those two."""
    names = re.findall(r"[\w.]+", found[2])
    if any(name in KINDS and name not in CURRENT for name in names):
        branches = [name if name in KINDS else f"from {name}" for name in names]
        return f"{found[1]} {{ {'; '.join(branches)} }}"
    return _merged(found[1], " ".join(names if len(names) > 1 else ["identity", *names]), None)


def _tail(found: re.Match[str]) -> str:
    """`conv 64 3x3 bn relu`: layers that stand as arguments become links."""
    words = re.findall(r"[A-Za-z_]\w*", found[3])
    return found[1] + found[2] + "".join(f" -> {BARE[word]}" for word in words)


def _option(found: re.Match[str]) -> str:
    name = found[1]
    known = next((one for one in FOREIGN_ARGUMENTS.get(name, ()) if one in ARGUMENTS), name)
    return f"{known if name not in ARGUMENTS else name}={found[2]}"


def _size(found: re.Match[str]) -> str:
    axes = [axis.strip() for axis in re.split(r"\s+x\s+|,", found[1].strip("()[] "))]
    if all(axis.isdigit() for axis in axes):
        return "=> " + "x".join(axes)
    return f"=> [{', '.join(axes)}]"


def _viewed(found: re.Match[str]) -> str:
    """`view -1 512 4 4`: the batch is never written."""
    return f"reshape [{', '.join(found[1].split())}]"


def _listed(found: re.Match[str]) -> str:
    """`input nz x 1 x 1`: a size with an axis that is worked out is a list."""
    axes = re.split(r"\s+x\s+", found[1])
    return f"input [{', '.join(axes)}]"


def _computed(found: re.Match[str]) -> str:
    """`=> widthx16x16`: an axis that is worked out stands in a list."""
    axes = found[1].split("x")
    computed = all(axes) and not all(axis.isdigit() for axis in axes)
    return f"=> [{', '.join(axes)}]" if computed else found[0]


def _called(found: re.Match[str]) -> str:
    """`relu(x)`, `maxpool(x, 2)`: a layer without the tensor that reaches it anyway."""
    layer = layer_call(found[2], found[3] or "")
    return found[0] if layer is None else found[1] + layer


def _depthwise(found: re.Match[str]) -> str:
    kernel = int(found[1])
    pad = f" pad={kernel // 2}" if "pad" not in found[2] else ""
    return f"conv in.channels {kernel}x{kernel} groups=in.channels{pad}{found[2]}"


def _separable(found: re.Match[str]) -> str:
    kernel = int(found[2])
    depthwise = f"conv in.channels {kernel}x{kernel} groups=in.channels pad={kernel // 2}"
    return f"{depthwise}{found[3]} -> conv {found[1]} 1x1"


def _factor(found: re.Match[str]) -> str:
    return f"upsample {found[1] or found[2]}"


def _padded(found: re.Match[str]) -> str:
    return f"{found[1]} pad={int(found[2]) // 2}"


def _slice(found: re.Match[str]) -> str:
    """`slice [58, 58]`: begin and end; an end before the begin was a count."""
    begin, end = found[1], found[2]
    if begin.isdigit() and end.isdigit() and int(end) <= int(begin):
        end = str(int(begin) + int(end))
    return f"slice {begin} {end}"


def _branches(found: re.Match[str]) -> str:
    """`add (identity, relu)`: layers, or the names of earlier values."""
    items = [item.strip() for item in found[2].split(",") if item.strip()]
    branches = [one if one.split()[0] in KINDS else f"from {one}" for one in items]
    return f"{found[1]} {{ {'; '.join(branches)} }}"


def _unit(found: re.Match[str]) -> str:
    return found[1] + ("kB" if found[2] == "KB" else found[2])


UNIT = re.compile(
    r"(?<![\w.])(\d[\d_.]*)\s*\*?\s*(?:([kmgt])(i?)(?:b(?:y?tes?)?|g)?|(?:(kilo|mega|giga|tera)bytes?)|(b))"
    r"(?![\w(])",
    re.ASCII | re.IGNORECASE,
)


LETTERS = re.compile(r"[\d_.]+[kmgt]i?b?", re.ASCII | re.IGNORECASE)
OF_BYTES = re.compile(r"\b(?:memory|peak|weights)\b")


def _units(found: re.Match[str]) -> str:
    """`3*MB`, `3MByte`, `3MG` of memory, `3B` of anything else: the unit as it is written here."""
    memory = OF_BYTES.search(found[0])

    def unit(one: re.Match[str]) -> str:
        if one[5]:
            return one[0] if memory else f"{one[1]}G"
        if LETTERS.fullmatch(one[0]):
            return one[0]  # `3mb`, of which more is said where a number is read
        letter = (one[2] or one[4][0]).upper()
        if not memory:
            return f"{one[1]}{letter}"
        letter = "k" if letter == "K" and not one[3] else letter
        return f"{one[1]}{letter}{'i' if one[3] else ''}B"

    return UNIT.sub(unit, found[0])


def _bytes(found: re.Match[str]) -> str:
    """How many bytes a unit of memory is, where the letters do not tell which of the two it is."""
    one = UNIT.search(found[0]) if OF_BYTES.search(found[0]) else None
    letter = (one[2] or one[4] or "")[:1].upper() if one is not None else ""
    if one is None or not letter or one[3]:
        return ""
    power = "KMGT".index(letter) + 1
    unit = "kB" if letter == "K" else f"{letter}B"
    return f"1 {unit} is {1000**power:,} bytes, 1 {letter}iB {1024**power:,}"


RANGE_WITH_END = ("..=", "...", "to")
RANGE_SIGNS = ("..=", "..<", "until")  # which say themselves whether the end belongs to it


def _ranges(found: re.Match[str]) -> tuple[str, str]:
    """A range as it is likely meant, and the other way: who counts from 0 leaves the end out.

    Rust and Python leave it out, papers, Ruby and Kotlin do not; `..=` and `..<` say which.
    """
    low, sign, high = int(found[2]), found[3].strip(), found[4]
    behind = str(int(high) + 1) if high.isdigit() else f"{high} + 1"
    without, within = f"range({low}, {high})", f"range({low}, {behind})"
    inclusive = sign in RANGE_WITH_END or (sign not in RANGE_SIGNS and low > 0)
    return (within, without) if inclusive else (without, within)


def _range(found: re.Match[str]) -> str:
    return f"for {found[1]} in {_ranges(found)[0]}"


def _other_range(found: re.Match[str]) -> str:
    if found[3].strip() in RANGE_SIGNS:
        return ""
    likely, other = _ranges(found)
    belongs = "belongs" if likely.endswith(f", {found[4]})") else "does not belong"
    return f"or `{other}` where {found[4]} {belongs} to it"


BRANCH = re.compile(r",\s+(?=(?:from|share|" + "|".join(KINDS) + r")\b|[A-Z]\w*\b(?!\s*=))")
"""A comma between the branches of a merge."""

OWN_CALL = r"\A((?:\w+:\s*)?[a-z][^>]*?)"
"""A layer with its arguments; a block of the file may have any."""

BARE_WORDS = "|".join(sorted(BARE, key=len, reverse=True))
FOREIGN_WORDS = "|".join(
    sorted((word for word in BARE if word not in KINDS), key=len, reverse=True)
)
OPTIONS = "|".join([*ARGUMENTS, "padding", "strides", "kernel_size", "dilation_rate", "use_bias"])
WORDS = "|".join(KINDS)
LAYERS = "|".join(
    sorted((word for word, kind in KINDS.items() if not kind.many_inputs), key=len, reverse=True)
)
"""Layers of one input."""

NAMES = (
    r"\s*\[?\s*([A-Za-z_]\w*(?:\s*,\s*[A-Za-z_]\w*)+)\s*\]?"
    r"\s*(?:,\s*(?:dim|axis)?\s*=?\s*-?\d)?\s*"
)

OBJECTS: tuple[Habit, ...] = (
    # comments of other languages
    habit(r"(\S)\s*(?://|--)\s*(?=[A-Za-z\"'])(.*)\Z", r"\1  # \2"),
    habit(r"(\S)\s*/\*\s*(.*?)\s*\*/\Z", r"\1  # \2"),
    # Python's objects
    habit(r"\A(?:self|model|net)\.(\w+)\s*=\s*", r"\1 = "),
    habit(r"\A(?:model|net)\.add\((.*)\)\Z", r"\1"),
    habit(rf"\A(?:{'|'.join(CURRENT)})\s*=\s*(?=[\w.]+[( ])", ""),
)
"""What may stand around a statement."""

SHORT_NAMES = {"k": "kernel", "ks": "kernel", "s": "stride", "p": "pad", "d": "dilation"}
SHORT_NAMES |= {"g": "groups", "c": "channels", "ch": "channels", "b": "bias", "o": "channels"}


def _short_names(found: re.Match[str]) -> str:
    """`conv 16 3x3 k=3 s=2 p=1`: arguments by one letter; a kernel that stands already is left."""
    line = found[0]
    if re.search(r"\bk(?:s)?=", line) and re.match(
        r"(?:\w+:\s*)?\w+\s+\S+\s+\d+(?:x\d+)*(?=\s)", line
    ):
        line = re.sub(r"\s+ks?=\S+", "", line)
    kind = KINDS.get((re.findall(r"[a-z_]\w*(?!\w*:)", line) or [""])[0])

    def whole(one: re.Match[str]) -> str:
        name = SHORT_NAMES[one[1]]
        known = kind is None or (one[1] not in kind.arguments and name in kind.arguments)
        return f"{name}=" if known else one[0]

    return re.sub(rf"(?<=\s)({'|'.join(SHORT_NAMES)})\s*=\s*(?!=)", whole, line)


def _repeated(found: re.Match[str]) -> str:
    """`Bottleneck(64) x 3`, `3 x conv 8 3x3`."""
    what = found["what"].strip()
    if what[:1] == "(" and what[-1:] == ")":
        what = what[1:-1].strip()
    return f"repeat {found['times']} {{ {what} }}"


def _called_in_words(found: re.Match[str]) -> str:
    """`skip = relu x`: a layer with the tensor it reads behind it."""
    label = "" if found[1] is None or found[1] in CURRENT else f"{found[1]}: "
    return label + found[2]


def _compared(found: re.Match[str]) -> str:
    """`if width is not 64`: Python's word for two that are the same."""
    line = re.sub(r"\s+is\s+not\s+", " != ", found[0]).replace(" is ", " == ")
    return re.sub(r"\b(None|True|False)\b", lambda word: word[0].lower(), line)


HABITS: tuple[Habit, ...] = (
    habit(r"\A(?:if|let)\s.*\sis\s.*\Z", _compared),
    habit(r"\A([a-z]\w*)\s*=\s*(?=[\w.]+\s*(?:\*\*?|[+-]|//?)\s*\d[\d.]*\Z)", r"let \1 = "),
    habit(
        r"\A(?P<what>(?:[A-Z(]|(?!(?:for|upsample|input|output|expect|let)\b)[a-z]\w*[ (]).*?)"
        r"(?<![\s,=]\d)(?<![\s,=]\d\d)(?<![\s,=]\d{3})\s+[x*\u00d7]\s*(?P<times>\d+)\Z",
        _repeated,
    ),
    habit(r"\A(?P<what>[A-Z(].*?)\s*(?<=\))[x*\u00d7]\s*(?P<times>\d+)\Z", _repeated),
    habit(
        r"\A(?P<times>\d+)\s*[x*\u00d7]\s+(?P<what>[A-Z(]\w*.*|(?:conv|linear)\s.*)\Z", _repeated
    ),
    habit(r"\A(?!let\b)(?:\w+:\s*)?[a-z]\w*\s.*\b(?:k|ks|s|p|d|g|c|ch)\s*=.*\Z", _short_names),
    habit(r"\A((?:\w+:\s*)?conv)\s+(\d+x\d+)(?=\s+[a-z_]+=|\s*->|\Z)", r"\1 in.channels \2"),
    habit(
        r"\A(?:([A-Za-z_]\w*)\s*[:=]\s*)?((?:"
        + LAYERS
        + r")\b(?:[^\n{}]*?))\s+(?:"
        + "|".join(CURRENT)
        + r")\Z",
        _called_in_words,
    ),
    habit(r"\A(?:" + "|".join(CURRENT) + r")\s*=\s*(?=(?:" + WORDS + r")\b)", ""),
    habit(r"(?<=\w=)\((\d+)\s*,\s*\1\)", r"\1"),
    habit(r"(?<=\w)\s+(?:\|>?|>>)\s+(?=[A-Za-z])", " -> "),
    # what is not trained
    habit(r"\A((?:\w+:\s*)?)(?:freeze|fixed|untrainable)\s+(?=[a-zA-Z])", r"\1frozen "),
    habit(
        r"\A((?:\w+:\s*)?)(?!frozen\b)([a-zA-Z][^\n{}>:]*?)\s+(?:(?:frozen|freeze)(?:\s*=\s*(?:[tT]rue|1))?"
        r"|(?:trainable|requires_grad)\s*=\s*(?:[fF]alse|0))\Z",
        r"\1frozen \2",
    ),
    habit(r"\A((?:\w+:\s*)?)(?:unfrozen|unfreeze|trainable)\s+(?=[a-zA-Z])", r"\1"),
    # words of the language in other letters
    habit(r"(?i)\A(network|block)(?=\s+[A-Z])", lambda m: m[1].lower()),
    habit(r"(?i)\A(" + "|".join(STATEMENTS[2:]) + r")\b(?=\s|\Z|:|\()", lambda m: m[1].lower()),
    habit(r"(?i)\A(let|const|var|auto|val)\s+(?=\w+\s*=)", "let "),
    # the input
    habit(
        r"\A(?:\w+\s*[:=]\s*)?[iI]nput(?:_shape)?\s*(?:layer)?\s*[:=]?\s*\(?\s*(?:shape\s*=\s*)?"
        r"[\[(]?((?:\d+|None|[A-Z]\b)(?:\s*[,x\u00d7*]?\s*(?:\d+|None|[A-Z]\b))+)[\])]*,?\Z",
        _number_of_axes,
    ),
    habit(r"\Ainput\s+((?=[^x]*[a-z])[\w*/]+(?:\s+x\s+[\w*/]+)+)\Z", _listed),
    habit(r"\A(?:image|img|data)\s*[:=]?\s*((?:\d+x)+\d+)\Z", r"input \1"),
    habit(r"\Aactivation\s+(\w+)\Z", r"\1"),
    habit(
        r"\A(?!(?:"
        + "|".join((*KINDS, *STATEMENTS, "frozen"))
        + r")\s)([a-z]\w*)\s+(?=(?:"
        + WORDS
        + r")\s+\S)",
        r"\1: ",
    ),
    # loops and values
    habit(r"\A(?:let\s+)?([a-z]\w*)\s*(?::=?|=)\s*(?=\d[\d.]*\Z|\[)", r"let \1 = "),
    habit(r"\Aview\s+(?:-1\s+)?((?:[\w.*/]+\s+)+[\w.*/]+)\Z", _viewed),
    habit(
        r"\Afor\s+\(?(\w+)\)?\s+(?:in|=|of|from)\s+(\d+)"
        r"\s*(\.\.[=<.]?|:|\bto\b|\buntil\b|-)\s*(\w+)(?![\w.])",
        _range,
        _other_range,
    ),
    habit(r"\Afor\s+\(?(\w+)\)?\s+(?:in|of)\s+(\d+|[a-z]\w*)\s*:?\Z", r"for \1 in range(\2)"),
    habit(r"\A(for\s+.*\brange\([^()]*\))\s*:\Z", r"\1"),
    habit(r"\A(for\s+.*\brange\([^()]*\)):?\s+([A-Za-z].*)\Z", r"\1 { \2 }"),
    habit(r"\Arepeat\s+(\w+(?:\s*,\s*\w+)*\s+in)\b", r"for \1"),
    habit(r"\Arepeat\s*[x(]?\s*(\d+)\s*\)?\s*(?:times)?\s*:?\Z", r"repeat \1"),
    habit(r"\Arepeat\s+(\d+|[a-z]\w*):?\s+([A-Za-z].*)\Z", r"repeat \1 { \2 }"),
    habit(r"\A(?:let\s+)?([A-Za-z_]\w*)\s*:?=\s*\Z", r"\1:"),
    habit(
        r"\A(?:let\s+)?([A-Za-z_]\w*)\s*:?=\s*(?=(?:" + "|".join(KINDS) + r")\b(?:\s+[\w(]|\Z|\())",
        r"\1: ",
    ),
    habit(r"\A([A-Za-z_]\w*)\s*=\s*(?=[A-Z]\w*(?:\s+\w|\())", r"\1: "),
    habit(r"\A(?:loop|do|times)\s+(\d+|\w+)\Z", r"repeat \1"),
    habit(r"\Aforeach\b", "for"),
    habit(r"\Arepeat\s+\w+\s*=\s*(\d+)\Z", r"repeat \1"),
    habit(r"\A(for\s+.*\bin)\s+([^\[\]{}()]+,[^\[\]{}()]+)\Z", r"\1 [\2]"),
    habit(r"\A(if\s+[^{}]+?)\s*(?::|\bthen\b)\s*([A-Za-z].*)\Z", r"\1 { \2 }"),
    habit(r"\A(if\s+.*?)\s+then\Z", r"\1"),
    habit(r"\A(let\s+\w+\s*=\s*[\w.]+),\s*(\w+\s*=)", r"\1; let \2"),
    habit(r"\A(?:branch|group|module)\s+(\w+)\Z", r"\1:"),
    habit(r"\A(?:parallel|branches|fork)\Z", "concat"),
    habit(r"\A(?:skip|take|get|use|load)\s+from\s+(\w+)\Z", r"from \1"),
    habit(r"\Afrom\s+(\w+)\s*\+\s*(?:from\s+)?(\w+)\Z", r"add { from \1; from \2 }"),
    # claims
    habit(TOLERANCE.pattern, tolerated),
    habit(
        r"(?i)(\d)\s*([kmgt])(?:flops?|macs?|params?|parameters)\b", lambda m: m[1] + m[2].upper()
    ),
    habit(r"\Aexpect\s+(?:params|macs|flops|memory|peak|weights|depth)\b.*\Z", _units, _bytes),
    habit(r"\A(expect\s+[\w.]+)\s+(?:is|equals|eq)\s+", r"\1 == "),
    habit(
        r"(?i)(\d)\s*(thousand|million|mio|billion)\b",
        lambda m: m[1] + {"t": "K", "m": "M", "b": "G"}[m[2][0].lower()],
    ),
    habit(r"\A(expect\s.*?\d)\s+([kKMGT]i?B?)(?=\s|\Z)", _unit),
    habit(r"\A(expect\s+)(peak|weights)\b", r"\1memory.\2"),
    habit(r"\A(expect\s+memory)\s*(?=[<>=~!])", r"\1.peak "),
    habit(r"\A(expect\s.*?\d)\s+(?:million|mio|mn)\Z", r"\1M"),
    habit(r"\A(expect\s.*?\d)\s+(?:billion|bn)\Z", r"\1G"),
    habit(r"\A(expect\s.*?\d)\s+thousand\Z", r"\1K"),
    # merges and earlier values
    habit(r"\A(add|concat|mul)\s*\(([^()]+,[^()]+)\)\Z", _branches),
    habit(r"\A(?:([A-Za-z_]\w*)\s*[:=]\s*)?([A-Za-z_]\w*(?:\s*\+\s*[A-Za-z_]\w*)+)\Z", _sum),
    habit(r"\A(?:([A-Za-z_]\w*)\s*[:=]\s*)?([A-Za-z_]\w*(?:\s*\*\s*[A-Za-z_]\w*)+)\Z", _sum),
    habit(
        r"\A(?:(\w+)\s*[:=]\s*)?(?:[\w.]*\.)?(cat|concat\w*|Concat\w*|add|Add|mul\w*|Mul\w*)"
        r"(?:\([^()]*\))?\(" + NAMES + r"\)\Z",
        _joined,
    ),
    habit(r"\A(concat|add|mul)\s+\[?((?!\{)[a-z_]\w*(?:[\s,]+[a-z_]\w*)*)\]?\Z", _appended),
    habit(r"\A([A-Z]\w*)\(([a-z_]\w*)\)\Z", r"from \2 -> \1"),
    habit(
        r"\A(\w+:\s*)?(?!(?:" + "|".join(KINDS) + r")\()([a-z]\w*)\(([a-z_]\w*)\)\Z",
        r"from \3 -> \1share \2",
    ),
    habit(r"\A([A-Z]\w*)\(([a-z_]\w*)\s*,\s*(.*)\)\Z", r"from \2 -> \1(\3)"),
    # numbers, lists and shapes
    habit(r"=>\s*(?=(?:" + WORDS + r")\b|[A-Z]\w*(?:\s+[\w(]|\())", "-> "),
    habit(r"(?<![\w.])(\d{1,3}(?:,\d{3})+)(?![\d,])", lambda m: m[1].replace(",", "_")),
    habit(
        r"(?<=[\s=])\((\d+(?:\s*,\s*\d+)+)\)(?!\s*[,\]])",
        lambda m: "x".join(re.findall(r"\d+", m[1])),
    ),
    habit(r"(?<=[\[,=(])(\s*)\(([^()]*,[^()]*)\)", r"\1[\2]"),
    habit(r"(?<![\w.])slice\s*[\[(]\s*([\w.*/ ]+?)\s*[:,]\s*([\w.*/ ]+?)\s*[\])]", _slice),
    habit(r"\Aslice\s+\[?(\d+)\s*:\s*(\d+)\]?\Z", r"slice \1 \2"),
    habit(r"=>\s*([\w.*/+]+(?:\s+x\s+[\w.*/+]+)+)", _size),
    habit(r"=>\s*\(([^()]*)\)", _size),
    habit(r"=>\s*((?=\S*[a-z])[\w*/]+(?:x[\w*/]+)+)(?!\S)", _computed),
    habit(r"=>\s*((?:\d+\s+)+\d+)\Z", lambda m: "=> " + "x".join(m[1].split())),
    habit(r"\b(\d+)\s+x\s+(?=\d)", r"\1x"),
    habit(r"(?<=\s)\(?([a-z_]\w*?)\)?x\(?\1\)?(?!\w)", r"\1"),
    # arguments
    habit(r"\A([^(]*\w=\d+),\s*(\d+)(?!\S)", r"\1x\2"),
    habit(r"\b[fFrRbBuU]{1,2}(?=['\"])", ""),
    habit(r"'([^']*)'", r'"\1"'),
    habit(r"\b(bias|affine|ceil|track)\s*=\s*(?:0|False|no|off)\b", r"\1=false"),
    habit(r"\b(bias|affine|ceil|track)\s*=\s*(?:1|True|yes|on)\b", r"\1=true"),
    habit(r"\bno\s+bias\b|\bnobias\b", "bias=false"),
    habit(r"(?<=\s)/(\d)(?!\S)", r"stride=\1"),
    habit(r"(?<=\d)/(\d)(?!\S)", r" stride=\1"),
    habit(r"\s(?:padding|pad)\s*=\s*\"?valid\"?(?!\w)", ""),
    habit(r"\b(padding|pad)\s*=\s*\"?same\"?(?!\w)", "pad=same"),
    habit(r"(?<=\d\s)s=?(\d)(?!\S)", r"stride=\1"),
    habit(r"(?<=\d\s)p=?(\d)(?!\S)", r"pad=\1"),
    habit(r"(?<=\s)(" + OPTIONS + r")\s+(?=\S)(?!=)([\w.]+)(?!\S)", _option),
    habit(r"\A(?:\w+:\s*)?[a-z]\w*[\s(].*=.*\Z", behind),
    habit(OWN_CALL + r"\s+norm\s*=\s*\"?(?:bn|batch(?:_?norm)?)\"?", r"\1 -> batchnorm"),
    habit(r"\s+activation\s*=\s*\"?(\w+)\"?([^()>]*)\Z", r"\2 -> \1"),
    habit(OWN_CALL + r"\s+(?:act|nonlinearity)\s*=\s*\"?(\w+)\"?([^()>]*)\Z", r"\1\3 -> \2"),
    habit(rf"\A(?!(?:if|expect|let)\b)([^=\n]*\s)({'|'.join(ARGUMENTS)})==(?=\w)", r"\1\2="),
    # other layers
    habit(r"\A((?:\w+:\s*)?)(?:bn|batch_norm)\s+\d+\Z", r"\1batchnorm"),
    habit(r"\A((?:\w+:\s*)?)(?:ln|layer_norm)\s+\d+\Z", r"\1layernorm"),
    habit(r"\A((?:\w+:\s*)?)(?:gn|group_norm)\s+(\d+)\s+\d+\Z", r"\1groupnorm \2"),
    habit(r"\A\.(\w+)\(\)\Z", lambda m: BARE.get(m[1].lower(), m[0])),
    habit(r"\b(conv\s+\d+)\s*@\s*(\d+x\d+)", r"\1 \2"),
    habit(r"\b(conv\s+\d+)\s*@\s*(\d+)(?![\dx])", r"\1 \2x\2"),
    habit(r"\A(?:resize|interpolate)\Z", "upsample 2", "with a factor of your own"),
    habit(r"\A((?:\w+:\s*)?conv)\s+(\d+)x(\d+)x\3\b", r"\1 \2 \3x\3"),
    habit(r"(?<=->)(\s*)(" + FOREIGN_WORDS + r")(?=\s*(?:->|\Z))", lambda m: m[1] + BARE[m[2]]),
    habit(r"\A(?:depthwise\w*|dwconv|dw)\s+(\d+)(?:x\d+)?(.*)\Z", _depthwise),
    habit(r"\A(?:separable\w*|sepconv)\s+(\w+)\s+(\d+)(?:x\d+)?(.*)\Z", _separable),
    habit(r"\A(?:pointwise\w*|pwconv|pw)\s+(\w+)(.*)\Z", r"conv \1 1x1\2"),
    habit(r"\A(?:avgpool|pool)\s+global\Z", "global_avgpool"),
    habit(r"\Aglobal\s+(?:avg|average)?\s*pool\Z", "global_avgpool"),
    habit(r"\Amaxpool\s+global\Z|\Aglobal_?\s?max_?pool\Z", "adaptive_maxpool 1"),
    habit(r"\Aconv\s+(\d+x\d+)[,\s]+(\d+)(?![\dx])", r"conv \2 \1"),
    habit(r"\Aln\Z", "layernorm"),
    habit(r"\Agn\b", "groupnorm"),
    habit(r"\A(?:resize|interpolate)\b", "upsample"),
    habit(r"\Aupsample\s+(?:by\s*|x\s*)(\d+)x?\Z|\Aupsample\s+(\d+)x\Z", _factor),
    habit(r"\A(?:view|reshape)\s+(?:\w+\s+)?-1\Z", "flatten"),
    habit(r"\A\w+\.(?:view|reshape)\(.*-1\s*[\])]*\)\Z", "flatten"),
    habit(r"\A((?:\w+:\s*)?linear)\s+\d+\s+(\d+)\Z", r"\1 \2", "what comes in is known"),
    habit(r"\A((?:\w+:\s*)?conv\s.*?\b(\d)x\d\b.*?)\s+(?:pad|padding|padded)\Z", _padded),
    habit(
        r"\A((?:\w+:\s*)?\w+)(.*?)(?<!->)(?<!:)((?:\s*[+,]?\s+(?:" + BARE_WORDS + r"))+)\Z", _tail
    ),
    # a layer called as a function of the current tensor
    habit(
        r"\A((?:\w+:\s*)?)([a-z]\w*)\((?:" + "|".join(CURRENT) + r")\s*(?:,\s*(.*))?\)\Z",
        _called,
    ),
    # expressions
    habit(
        r"([\w.]+\s*[=!<>]=?\s*[\w.]+|\w+)\s*\?\s*([\w.]+)\s*:\s*([\w.]+)", r"(\2 if \1 else \3)"
    ),
    habit(r"(\d+)\s*%(?!\s*\w)", lambda m: str(int(m[1]) / 100)),
    habit(r"\Aexpect\s+([\w.]+)\s+(?=\d)", r"expect \1 == "),
    habit(r"\Aexpect\s+output\s*(?=[=!~])", "expect output.shape "),
    habit(r"\A((?:\w+:\s*)?)(?:" + "|".join(CURRENT) + r")\Z", r"\1identity"),
)
"""In the order in which they are looked for: one line may have several."""


ARGUMENTS_OF = re.compile(r"((?:\w+:\s*)?)([a-z]\w*)((?:\s+|\().*=.*)", re.ASCII | re.DOTALL)


def in_own_names(line: str) -> str:
    """`conv 32 3x3 strides=2`: arguments by the names they have here."""
    found = ARGUMENTS_OF.fullmatch(line)
    kind = KINDS.get(found[2]) if found is not None else None
    if found is None or kind is None:
        return line

    def name(argument: re.Match[str]) -> str:
        known = FOREIGN_ARGUMENTS.get(argument[1], ())
        return next((f"{one}=" for one in known if one in kind.arguments), argument[0])

    head, arrow, rest = found[3].partition("->")
    return found[1] + found[2] + re.sub(r"\b(\w+)\s*=(?![=>])\s*", name, head) + arrow + rest
