"""What becomes of a line that a habit finds: each writes it as the language has it."""

from __future__ import annotations

import re

from archc.graph.cures.foreign import FOREIGN_ARGUMENTS
from archc.habits.frameworks import layer_call
from archc.habits.words import ARGUMENTS, BARE, CURRENT
from archc.layers.registry import KINDS


def merged(word: str, names: str, label: str | None) -> str:
    """`c1 + c2` as a merge of earlier values."""
    branches = [
        "identity" if name in CURRENT else f"from {name}" for name in re.findall(r"[\w.]+", names)
    ]
    prefix = f"{label}: " if label and label not in CURRENT else ""
    return f"{prefix}{word} {{ {'; '.join(branches)} }}"


def summed(found: re.Match[str]) -> str:
    word = "add" if "+" in found[2] else "mul"
    return merged(word, found[2], found[1])


def joined(found: re.Match[str]) -> str:
    """`torch.cat([a, b], 1)`, `Add()([a, b])`, `concat(a, b)`."""
    word = "concat" if "cat" in found[2].lower() else "add" if "add" in found[2].lower() else "mul"
    return merged(word, found[3], found[1])


def _branch(text: str) -> str:
    """What is added, as a branch: a layer, a block, the tensor itself, or an earlier value."""
    text = text.strip()
    if text in CURRENT:
        return "identity"
    word = re.match(r"\w*", text)
    return text if not word or word[0] in KINDS or word[0][:1].isupper() else f"from {text}"


def changed(found: re.Match[str]) -> str:
    """`x = x + conv 8 1x1`, `x += skip`."""
    word = "add" if "+" in found[1] else "mul"
    return f"{word} {{ identity; {_branch(found[2])} }}"


def joined_to(found: re.Match[str]) -> str:
    """`conv 8 1x1 + skip`; `conv 8 1x1 + relu` is no sum."""
    kind = KINDS.get(found[2].strip())
    if kind is not None and kind.group in ("activation", "normalisation"):
        return f"{found[1].strip()} -> {kind.keyword}"
    return f"add {{ {found[1].strip()}; {_branch(found[2])} }}"


def appended(found: re.Match[str]) -> str:
    """`concat e3`: beside the current tensor; `concat e3 e4`: those two."""
    names = re.findall(r"[\w.]+", found[2])
    if any(name in KINDS and name not in CURRENT for name in names):
        branches = [name if name in KINDS else f"from {name}" for name in names]
        return f"{found[1]} {{ {'; '.join(branches)} }}"
    return merged(found[1], " ".join(names if len(names) > 1 else ["identity", *names]), None)


def tail(found: re.Match[str]) -> str:
    """`conv 64 3x3 bn relu`: layers that stand as arguments become links."""
    words = re.findall(r"[A-Za-z_]\w*", found[3])
    return found[1] + found[2] + "".join(f" -> {BARE[word]}" for word in words)


def option(found: re.Match[str]) -> str:
    name = found[1]
    known = next((one for one in FOREIGN_ARGUMENTS.get(name, ()) if one in ARGUMENTS), name)
    return f"{known if name not in ARGUMENTS else name}={found[2]}"


def claimed_shape(found: re.Match[str]) -> str:
    axes = [axis.strip() for axis in re.split(r"\s+x\s+|,", found[1].strip("()[] "))]
    if all(axis.isdigit() for axis in axes):
        return "=> " + "x".join(axes)
    return f"=> [{', '.join(axes)}]"


def viewed(found: re.Match[str]) -> str:
    """`view -1 512 4 4`: the batch is never written."""
    return f"reshape [{', '.join(found[1].split())}]"


def of_axes(found: re.Match[str]) -> str:
    """`reshape 8*width x 4 x 4`; of numbers alone it is a size."""
    axes = re.split(r"\s+x\s+", found[1])
    plain = all(axis.isdigit() for axis in axes)
    return f"reshape {'x'.join(axes) if plain else '[' + ', '.join(axes) + ']'}"


def section(found: re.Match[str]) -> str:
    """`[convolutional] filters=16 size=3 stride=1 pad=1 activation=leaky` of Darknet."""
    given = dict(re.findall(r"(\w+)\s*=\s*(\S+)", found[2]))
    return darknet(found[1], given) or found[0]


ACTIVATIONS = {"leaky": "leaky_relu 0.1", "logistic": "sigmoid", "swish": "silu"}


def darknet(name: str, given: dict[str, str]) -> str | None:
    """A section of Darknet as a line; None for one that is no layer here."""
    if name in ("net", "network") and {"height", "width"} <= given.keys():
        return f"input {given.get('channels', '3')}x{given['height']}x{given['width']}"
    size, stride = given.get("size", "1"), given.get("stride", "1")
    moves = "" if stride == "1" else f" stride={stride}"
    if name in ("convolutional", "conv", "deconvolutional") and size.isdigit():
        word = "conv_transpose" if name.startswith("de") else "conv"
        norm = given.get("batch_normalize", "0") != "0"
        pad = given.get("padding", str(int(size) // 2) if given.get("pad", "0") != "0" else "0")
        line = f"{word} {given.get('filters', '1')} {size}x{size}{moves}"
        line += "" if pad == "0" else f" pad={pad}"
        line += " bias=false -> batchnorm" if norm else ""
        activation = given.get("activation", "linear")
        activation = ACTIVATIONS.get(activation, activation)
        return line if activation == "linear" else f"{line} -> {activation}"
    if name in ("maxpool", "avgpool") and "size" in given:
        pool = f"{name} {size}x{size}"
        return pool if stride == size else f"{pool} stride={stride}"
    if name == "avgpool":
        return "global_avgpool"
    if name == "connected":
        return f"flatten -> linear {given.get('output', '1')}"
    if name == "upsample":
        return f"upsample {given.get('stride', '2')}"
    if name == "dropout":
        return f"dropout {given.get('probability', '0.5')}"
    return None


def computed(found: re.Match[str]) -> str:
    """`=> widthx16x16`: an axis that is worked out stands in a list."""
    axes = found[1].split("x")
    computed = all(axes) and not all(axis.isdigit() for axis in axes)
    return f"=> [{', '.join(axes)}]" if computed else found[0]


def called(found: re.Match[str]) -> str:
    """`relu(x)`, `maxpool(x, 2)`: a layer without the tensor that reaches it anyway."""
    layer = layer_call(found[2], found[3] or "")
    return found[0] if layer is None else found[1] + layer


def sides(found: re.Match[str]) -> str:
    """`pad=(1, 2, 1, 2)` of PyTorch, the sides of the last axis first."""
    numbers = re.findall(r"\d+", found[2])
    if len(set(numbers)) == 1:
        return f"pad{found[1]}{numbers[0]}"
    pairs = [f"[{one}, {two}]" for one, two in zip(numbers[::2], numbers[1::2], strict=True)]
    return f"pad{found[1]}[{', '.join(reversed(pairs))}]"


def factor(found: re.Match[str]) -> str:
    return f"upsample {found[1] or found[2]}{found[3] or ''}"


def padded(found: re.Match[str]) -> str:
    return f"{found[1]} pad={int(found[2]) // 2}"


def sliced(found: re.Match[str]) -> str:
    """`slice [58, 58]`: begin and end; an end before the begin was a count."""
    begin, end = found[1], found[2]
    if begin.isdigit() and end.isdigit() and int(end) <= int(begin):
        end = str(int(begin) + int(end))
    return f"slice {begin} {end}"


def branches(found: re.Match[str]) -> str:
    """`add (identity, relu)`: layers, or the names of earlier values."""
    items = [item.strip() for item in found[2].split(",") if item.strip()]
    items = [item for item in items if not re.match(r"(?:dim|axis)\s*=", item)]
    branches = [one if one.split()[0] in KINDS else f"from {one}" for one in items]
    return f"{found[1]} {{ {'; '.join(branches)} }}"


def unit_joined(found: re.Match[str]) -> str:
    return found[1] + ("kB" if found[2] == "KB" else found[2])


UNIT = re.compile(
    r"(?<![\w.])(\d[\d_.]*)\s*\*?\s*(?:([kmgt])(i?)(?:b(?:y?tes?)?|g)?|(?:(kilo|mega|giga|tera)bytes?)|(b))"
    r"(?![\w(])",
    re.ASCII | re.IGNORECASE,
)


LETTERS = re.compile(r"[\d_.]+[kmgt]i?b?", re.ASCII | re.IGNORECASE)
OF_BYTES = re.compile(r"\b(?:memory|peak|weights)\b")


def units(found: re.Match[str]) -> str:
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


def in_bytes(found: re.Match[str]) -> str:
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


def ranges(found: re.Match[str]) -> tuple[str, str]:
    """A range as it is likely meant, and the other way: who counts from 0 leaves the end out.

    Rust and Python leave it out, papers, Ruby and Kotlin do not; `..=` and `..<` say which.
    """
    low, sign, high = int(found[2]), found[3].strip(), found[4]
    behind = str(int(high) + 1) if high.isdigit() else f"{high} + 1"
    without, within = f"range({low}, {high})", f"range({low}, {behind})"
    inclusive = sign in RANGE_WITH_END or (sign not in RANGE_SIGNS and low > 0)
    return (within, without) if inclusive else (without, within)


def as_range(found: re.Match[str]) -> str:
    return f"for {found[1]} in {ranges(found)[0]}"


def other_range(found: re.Match[str]) -> str:
    if found[3].strip() in RANGE_SIGNS:
        return ""
    likely, other = ranges(found)
    belongs = "belongs" if likely.endswith(f", {found[4]})") else "does not belong"
    return f"or `{other}` where {found[4]} {belongs} to it"


SHORT_NAMES = {"k": "kernel", "ks": "kernel", "s": "stride", "p": "pad", "d": "dilation"}
SHORT_NAMES |= {"g": "groups", "c": "channels", "ch": "channels", "b": "bias", "o": "channels"}


def short_names(found: re.Match[str]) -> str:
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


def repeated(found: re.Match[str]) -> str:
    """`Bottleneck(64) x 3`, `3 x conv 8 3x3`."""
    what = found["what"].strip()
    if what[:1] == "(" and what[-1:] == ")":
        what = what[1:-1].strip()
    return f"repeat {found['times']} {{ {what} }}"


def called_in_words(found: re.Match[str]) -> str:
    """`skip = relu x`: a layer with the tensor it reads behind it."""
    label = "" if found[1] is None or found[1] in CURRENT else f"{found[1]}: "
    return label + found[2]


def compared(found: re.Match[str]) -> str:
    """`if width is not 64`: Python's word for two that are the same."""
    line = re.sub(r"\s+is\s+not\s+", " != ", found[0]).replace(" is ", " == ")
    return re.sub(r"\b(None|True|False)\b", lambda word: word[0].lower(), line)


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
