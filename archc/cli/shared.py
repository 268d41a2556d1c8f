"""Flags, and words of help, that several verbs have."""

from __future__ import annotations

from archc.cli.flags import Flag

SETTINGS = (
    Flag("set", "set a parameter of the network", "NAME=VALUE", repeat=True),
    Flag("input", "another input size; of several inputs with its name", "3x299x299", repeat=True),
    Flag("batch", "images at once", "N", default=1, whole=True),
    Flag(
        "dtype",
        "the type of weights and activations",
        choices=("float32", "float16", "bfloat16", "float64", "mixed", "int8"),
        meant={
            **dict.fromkeys(("fp32", "f32", "float", "single"), "float32"),
            **dict.fromkeys(("fp16", "f16", "half"), "float16"),
            **dict.fromkeys(("bf16", "brain"), "bfloat16"),
            **dict.fromkeys(("fp64", "f64", "double"), "float64"),
            **dict.fromkeys(("amp", "autocast"), "mixed"),
            **dict.fromkeys(("fp8", "i8", "uint8", "q8"), "int8"),
        },
        default="float32",
    ),
)
TRAIN = Flag("train", "train this part alone and freeze the rest", "PATH", repeat=True)
TOOLS = ("torch", "fvcore", "torchinfo", "ptflops", "thop")
DEVICE = Flag("device", "bound the time that a device takes from below", "NAME|FILE")
COLOR = Flag(
    "color",
    "colours",
    choices=("auto", "always", "never"),
    default="auto",
    meant={
        **dict.fromkeys(("off", "no", "false", "none", "0"), "never"),
        **dict.fromkeys(("on", "yes", "true", "force", "1"), "always"),
    },
)
CHOICE = (
    Flag("select", "tell these warnings and advice alone", "CODES", repeat=True, config=True),
    Flag("ignore", "tell these warnings and advice not", "CODES", repeat=True, config=True),
)
BUDGETS = (
    Flag("max-params", "no network may have more parameters", "60M", config=True),
    Flag("max-macs", "or more multiply-accumulates for an image", "4.1G", config=True),
    Flag("max-flops", "or more operations for an image", "8.2G", config=True),
    Flag("max-weights", "or more bytes of parameters and buffers", "100MB", config=True),
    Flag("max-memory", "or a higher peak of memory at inference", "20MB", config=True),
)
STDIN = Flag("stdin-filename", "what standard input is called, and where it stands", "FILE")
EXCLUDE = Flag(
    "exclude", "leave out of folders what has this name or path", "GLOB", repeat=True, config=True
)

FORMS = {
    **dict.fromkeys(("yaml", "yml", "toml", "dict", "python"), "json"),
    **dict.fromkeys(("text", "txt", "plain", "pretty", "full", "human"), "table"),
    **dict.fromkeys(("tsv", "excel", "xlsx"), "csv"),
    **dict.fromkeys(("oneline", "short", "quickfix", "pylint", "grouped"), "concise"),
    **dict.fromkeys(("tex", "booktabs"), "latex"),
    **dict.fromkeys(("md", "rst"), "markdown"),
    **dict.fromkeys(("codequality", "codeclimate"), "gitlab"),
    "xml": "junit",
}
"""What other programs call the forms of an output."""

PATHS = (
    "PATH is a file, a folder (all *.arch below it), `-` for standard input, `file.arch:Network`\n"
    "for one network, or the bare name of a bundled spec (`archc list` names them)."
)

ONE_PATH = (
    "PATH is a file, `-` for standard input, `file.arch:Network` for one network, or the bare\n"
    "name of a bundled spec (`archc list` names them)."
)
