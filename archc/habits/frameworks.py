"""Calls of PyTorch and Keras: `nn.Conv2d(3, 64, 3, padding=1)` is `conv 64 3x3 pad=1`."""

from __future__ import annotations

import re

from archc.graph.cures.foreign import FOREIGN_ARGUMENTS, NEEDLESS_ARGUMENTS
from archc.habits.habit import split
from archc.habits.pads import MODE, padded_first
from archc.layers.registry import KINDS
from archc.layers.words import FOREIGN
from archc.named import NamedTuple

CALL = re.compile(r"(?:[\w.]*\.)?([A-Za-z]\w*?)([123][dD])?(Transpose)?\((.*)\)\Z", re.S)
ON_TENSORS = re.compile(r"(?<=\))\((?:\w+|\[[\w, ]*\])\)\Z")  # `Dense(10)(x)`
IN = "in"  # what comes in is known here


class Call(NamedTuple):
    """A layer, and its arguments in the framework's order; "" stands for what is not needed."""

    keyword: str
    arguments: tuple[str, ...] = ()


TORCH = {
    "Conv": Call("conv", (IN, "channels", "kernel", "stride", "pad", "dilation", "groups", "bias")),
    "ConvTranspose": Call(
        "conv_transpose",
        (IN, "channels", "kernel", "stride", "pad", "output_pad", "groups", "bias", "dilation"),
    ),
    "Linear": Call("linear", (IN, "features", "bias")),
    "BatchNorm": Call("batchnorm", (IN, "eps", "momentum", "affine", "track")),
    "GroupNorm": Call("groupnorm", ("groups", IN, "eps", "affine")),
    "InstanceNorm": Call("instancenorm", (IN, "eps")),
    "LayerNorm": Call("layernorm", (IN, "eps", "affine")),
    "RMSNorm": Call("rmsnorm", (IN, "eps", "affine")),
    "LocalResponseNorm": Call("lrn", ("size", "alpha", "beta", "k")),
    "MaxPool": Call("maxpool", ("kernel", "stride", "pad", "dilation", "", "ceil")),
    "AvgPool": Call("avgpool", ("kernel", "stride", "pad", "ceil", "count_include_pad")),
    "AdaptiveAvgPool": Call("adaptive_avgpool", ("size",)),
    "AdaptiveMaxPool": Call("adaptive_maxpool", ("size",)),
    "Dropout": Call("dropout", ("p",)),
    "LeakyReLU": Call("leaky_relu", ("slope",)),
    "ELU": Call("elu", ("alpha",)),
    "Upsample": Call("upsample", ("size", "scale", "mode", "align_corners")),
    **dict.fromkeys(("ZeroPad", "ReflectionPad", "ReplicationPad"), Call("pad", ("pad",))),
    "ChannelShuffle": Call("channel_shuffle", ("groups",)),
    **{
        name: Call(keyword)
        for name, keyword in {
            "ReLU": "relu",
            "ReLU6": "relu6",
            "PReLU": "prelu",
            "GELU": "gelu",
            "SiLU": "silu",
            "Hardswish": "hardswish",
            "Hardsigmoid": "hardsigmoid",
            "Sigmoid": "sigmoid",
            "Tanh": "tanh",
            "Softmax": "softmax",
            "LogSoftmax": "log_softmax",
            "Identity": "identity",
            "Flatten": "flatten",
        }.items()
    },
}
KERAS = {
    "Conv": Call("conv", ("channels", "kernel", "stride", "pad")),
    "ConvTranspose": Call("conv_transpose", ("channels", "kernel", "stride", "pad")),
    "Dense": Call("linear", ("features",)),
    "MaxPooling": Call("maxpool", ("kernel", "stride", "pad")),
    "MaxPool": Call("maxpool", ("kernel", "stride", "pad")),
    "AveragePooling": Call("avgpool", ("kernel", "stride", "pad")),
    "GlobalAveragePooling": Call("global_avgpool"),
    "DepthwiseConv": Call("conv", ("kernel", "stride", "pad")),
    "SeparableConv": Call("conv", ("channels", "kernel", "stride", "pad")),
    "BatchNormalization": Call("batchnorm"),
    "GroupNormalization": Call("groupnorm", ("groups",)),
    "LayerNormalization": Call("layernorm"),
    "RMSNormalization": Call("rmsnorm"),
    "UpSampling": Call("upsample", ("size",)),
    "ZeroPadding": Call("pad", ("pad",)),
    "Cropping": Call("pad", ("pad",)),
    "SpatialDropout": Call("dropout2d", ("p",)),
    "Activation": Call("", ("activation",)),
}
FUNCTIONAL = {
    "relu": TORCH["ReLU"],
    "softmax": TORCH["Softmax"],
    "log_softmax": TORCH["LogSoftmax"],
    "max_pool": TORCH["MaxPool"],
    "avg_pool": TORCH["AvgPool"],
    "adaptive_avg_pool": TORCH["AdaptiveAvgPool"],
    "dropout": TORCH["Dropout"],
    "flatten": TORCH["Flatten"],
    "interpolate": TORCH["Upsample"],
    "pad": TORCH["ZeroPad"],
    "leaky_relu": TORCH["LeakyReLU"],
}
PADS = {"ReflectionPad": "reflect", "ReplicationPad": "replicate"}
ACTIVATIONS = {
    "swish": "silu",
    "linear": "",
    "hard_sigmoid": "hardsigmoid",
    "leakyrelu": "leaky_relu",
}


def framework_call(text: str) -> str | None:
    """The layer that a call of PyTorch or Keras means; None for any other text."""
    text = ON_TENSORS.sub("", text)
    found = CALL.match(text)
    if found is None:
        return None
    name, dimensions, transposed, inside = found[1], found[2] or "", found[3] or "", found[4]
    name = (name + transposed).removesuffix("_")
    parts = split(inside)
    functional = name in FUNCTIONAL and "." in text.split("(")[0]
    keras = name in KERAS and (dimensions.endswith("D") or name not in TORCH)
    call = FUNCTIONAL.get(name) if functional else (KERAS if keras else TORCH).get(name)
    if call is None and name == "GlobalMaxPooling":
        return "adaptive_maxpool 1"
    if call is None and name == "Reshape":
        return _reshaped(inside)
    own = FOREIGN.get(name.lower(), name.lower()) if call is None else ""
    if call is None:
        known = name[0].isupper() and own in KINDS and not KINDS[own].many_inputs
        return layer_call(own, inside) if known else None
    if functional:
        parts = parts[1:]
    rank = int(dimensions[0]) if dimensions else 0
    given, activation = _given(parts, call, keras, rank)
    mode = MODE.search(inside)
    first = padded_first(given.get("pad"), mode[1]) if mode is not None else ""
    if first:
        del given["pad"]
    if name in PADS:
        given["mode"] = PADS[name]
    if name == "Cropping" and "pad" in given:
        sides = re.sub(r"([1-9]\d*)", r"-\1", given["pad"].replace("x", ", "))
        given["pad"] = f"({sides})" if sides[1:].isdigit() else f"[{sides.strip('[]')}]"
        given["pad"] = sides if sides.startswith("[") else given["pad"]
    if name == "ReLU" and parts and re.search(r"(?:\A|max_value\s*=\s*)6(?:\.0*)?\Z", parts[0]):
        return "relu6"
    if name == "Dropout" and dimensions[:1] in ("2", "3"):
        call = call._replace(keyword="dropout2d")
    if name in ("DepthwiseConv", "SeparableConv"):
        line = None if "depth_multiplier" in inside else _by_channel(given)
    else:
        if keras and call.keyword in ("maxpool", "avgpool"):
            given.setdefault("kernel", "x".join(["2"] * rank))
        sized = not keras and call.keyword == "upsample" and "size" in given
        if sized and "x" not in given["size"]:
            given["size"] = "x".join([given["size"]] * (rank or 2))
        line = _line(call.keyword, given, sized)
    if line is None:
        return None
    return " -> ".join(part for part in (first, line, activation) if part)


def _reshaped(inside: str) -> str | None:
    """`Reshape((7, 7, 64))` of Keras, where the channels stand last."""
    axes = re.findall(r"[\w*-]+", inside.rpartition("=")[2])
    if len(axes) == 1:
        return "flatten" if axes == ["-1"] else f"reshape [{axes[0]}]"
    axes = [axes[-1], *axes[:-1]]
    plain = all(map(str.isdigit, axes))
    return "reshape " + ("x".join(axes) if plain else f"[{', '.join(axes)}]")


def _by_channel(given: dict[str, str]) -> str | None:
    """Keras' convolution of each channel by itself; a separable one joins them by a 1x1."""
    channels = given.get("channels")
    bias = {"bias": given["bias"]} if "bias" in given else {}
    own = {**given, "channels": "in.channels", "groups": "in.channels"}
    if channels is None:
        return _line("conv", own)
    first = _line("conv", {**own, "bias": "false"})  # the bias is that of the second
    second = _line("conv", {"channels": channels, "kernel": "1x1", **bias})
    return None if first is None else f"{first} -> {second}"


def framework_chain(text: str) -> str | None:
    """A chain with such calls in it, or `nn.Sequential(…)` of them, as a chain of layers."""
    whole = re.fullmatch(r"(?:[\w.]*\.)?Sequential\(\s*\[?(.*?)\]?\s*\)", text, re.S)
    parts = split(whole[1]) if whole else re.split(r"\s*->\s*", text)
    if not whole and len(parts) == 1:
        parts = split(text)  # `nn.ReLU(), nn.MaxPool2d(2)`
    links = [framework_call(part) for part in parts]
    if not whole and "->" not in text and len(parts) > 1 and not all(links):
        return None
    if not any(links) or (whole and not all(links)):
        return None
    links = [
        link or framework_call(f"{part}()") or FOREIGN.get(part)
        for link, part in zip(links, parts, strict=True)
    ]
    return " -> ".join(link or part for link, part in zip(links, parts, strict=True))


SPACED = re.compile(r"([A-Za-z_]\w*)((?:\s+[\w\"'.]+(?:\s*=\s*[^\s=,]+)?)+)\Z", re.ASCII)
FLAGS = re.compile(r"=(?:True|False|None)\b", re.ASCII)
NUMBERS = re.compile(
    r"(conv(?:_?transpose)?)_?([123])d((?:\s+\d+){3,})\Z", re.ASCII | re.IGNORECASE
)


def spaced_call(text: str) -> str | None:
    """`linear in_features=512 out_features=10`, `conv2d 3 64 3 1 1`: a call without brackets.

    Only where every name is known: one that is misspelt is no argument to leave out.
    """
    numbers = NUMBERS.match(text)
    if numbers is not None:
        transposed = "Transpose" if "t" in numbers[1].lower().removeprefix("conv") else ""
        inside = ", ".join(numbers[3].split())
        return framework_call(f"nn.Conv{transposed}{numbers[2]}d({inside})")
    found = SPACED.match(text)
    kind = KINDS.get(FOREIGN.get(found[1].lower(), found[1])) if found is not None else None
    if found is None or kind is None:
        return None
    parts = re.sub(r"\s*=\s*", "=", found[2]).split()
    names = [part.partition("=")[0] for part in parts if "=" in part]
    foreign = [name for name in names if name not in kind.arguments and name != "activation"]
    others = [name for name in foreign if name not in NEEDLESS_ARGUMENTS]
    meant = [FOREIGN_ARGUMENTS.get(name, ()) for name in others]
    if any(kind.arguments.keys().isdisjoint(one) for one in meant):
        return None
    if not meant or (len(meant) < 2 and not FLAGS.search(found[2]) and found[1] in KINDS):
        return None  # one word alone is told of as such
    return layer_call(kind.keyword, ", ".join(parts))


def layer_call(word: str, inside: str) -> str | None:
    """A layer of archc with arguments as a framework calls them: `filters=64, kernel_size=3`."""
    keyword = FOREIGN.get(word, word)
    kind = KINDS.get(keyword)
    if kind is None:
        return framework_call(f"{word}({inside})")
    names = [name for name, argument in kind.arguments.items() if not argument.keyword_only]
    given, activation = _given(split(inside), Call(keyword, tuple(names)), False, 2)
    line = _line(keyword, given)
    return None if line is None else " -> ".join(part for part in (line, activation) if part)


def _given(parts: list[str], call: Call, keras: bool, rank: int) -> tuple[dict[str, str], str]:
    """Arguments by the names they have here; and an activation given as one."""
    order = call.arguments
    kind = KINDS.get(call.keyword)
    if order[:1] == (IN,) and kind is not None:
        required = [name for name, argument in kind.arguments.items() if argument.required]
        if required and len(parts) <= len(required):
            order = order[1:]  # the channels that come in were left out already
    given: dict[str, str] = {}
    activation = ""
    for place, part in enumerate(parts):
        match = re.match(r"(\w+)\s*=\s*(.*)", part, re.S)
        if match is None:
            name, value = order[place] if place < len(order) else "", part
        else:
            name, value = match[1], match[2]
            if name != "activation":
                known = (name, *FOREIGN_ARGUMENTS.get(name, ()))
                own = [one for one in known if kind is not None and one in kind.arguments]
                if not own:
                    continue
                name = own[0]
        sides = _sides(value, keras or call.keyword != "pad") if name == "pad" else None
        value = sides or _value(value, rank if name == "kernel" else 0)
        if name == "activation":
            activation = ACTIVATIONS.get(value, framework_call(value) or value)
        elif name == "bias" and value == "none":
            given[name] = "false"
        elif name and name != IN and value not in ("valid", "VALID", "none"):
            given[name] = value
    if keras and given.get("bias") == "true":
        del given["bias"]
    return given, activation


def _sides(text: str, by_axis: bool) -> str | None:
    """Padding told side by side: `(left, right, top, bottom)` of PyTorch, a pair an axis of Keras.

    PyTorch's layers that pad begin with the last axis. None where there is one number an axis,
    which is all that a tuple of numbers can be `by_axis`.
    """
    text = text.strip()
    items = split(text[1:-1]) if text[:1] in ("(", "[") and text[-1:] in (")", "]") else []
    if items and all(one[:1] in "([" for one in items):
        return f"[{', '.join(f'[{one[1:-1]}]' for one in items)}]"
    if by_axis or len(items) % 2 or not items:
        return None
    pairs = [f"[{first}, {last}]" for first, last in zip(items[::2], items[1::2], strict=True)]
    return f"[{', '.join(reversed(pairs))}]"


def _value(text: str, rank: int) -> str:
    """A value as it is written here: `(3, 3)` is `3x3`, `'same'` is a word."""
    text = text.strip()
    if text[:1] in "([" and text[-1:] in ")]":
        items = [_value(item, 0) for item in split(text[1:-1])]
        if items and all(item.isdigit() for item in items):
            return "x".join(items) if len(items) > 1 else items[0]
        return f"[{', '.join(items)}]"
    if text[:1] in "'\"" and text[-1:] == text[:1]:
        return "same" if text[1:-1] == "SAME" else text[1:-1]
    if text.isdigit() and rank > 1:
        return "x".join([text] * rank)
    return {"True": "true", "False": "false", "None": "none"}.get(text, text)


def _line(keyword: str, given: dict[str, str], sized: bool = False) -> str | None:
    """The call as a statement, without what is the default anyway.

    `sized` tells that a size is the one to reach, and no factor.
    """
    if not keyword:
        return "" if not given else None
    if keyword == "adaptive_avgpool" and set(given.get("size", "").split("x")) == {"1"}:
        return "global_avgpool"
    kernel = given.get("kernel", "")
    if keyword.endswith("pool") and given.get("stride") in (kernel, kernel.split("x")[0]):
        del given["stride"]
    if keyword == "upsample" and "scale" in given and "x" not in given["scale"]:
        given = {"size": given.pop("scale"), **given}
    axes = set(given.get("size", "").split("x"))
    if keyword == "upsample" and len(axes) == 1 and not sized:
        given["size"] = axes.pop()  # a factor, not a size
    plain = {"stride": "1", "pad": "0", "dilation": "1", "groups": "1", "bias": "true"}
    words = [keyword]
    for name, argument in KINDS[keyword].arguments.items():
        value = given.get(name)
        if value is None:
            if argument.required:
                return None
        elif argument.required or name in ("p", "size", "slope", keyword):
            words.append(value)
        elif plain.get(name) != value:
            words.append(f"{name}={value}")
    return " ".join(words)
