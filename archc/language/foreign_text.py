"""What a text may be that is no spec."""

from __future__ import annotations

import re

PYTHON = re.compile(
    r"^\s*(?:import \w|from [\w.]+ import|class \w+\(|def \w+\(|model\.\w+\(|"
    r"\w+ = (?:\w+\.)*[A-Z]\w*\()",
    re.MULTILINE,
)
YAML = re.compile(r"^\s*-?\s*\w+:(?:\s|$)", re.MULTILINE)
PROTOTXT = re.compile(r"^\s*layers?\s*\{\s*(?:name|type|bottom|top)\s*:", re.MULTILINE)
DARKNET = re.compile(r"(?:\s*[#;][^\n]*\n|\s*\n)*\s*\[net(?:work)?\]\s*\n", re.ASCII)
A_LINE = "a layer is a line here, `conv 64 3x3 pad=1`"


def no_spec(text: str) -> str | None:
    """What a text that is no spec may be."""
    if PYTHON.search(text):
        return f"this looks like Python; {A_LINE}, and there are no classes"
    if PROTOTXT.search(text):
        return f"this looks like a prototxt of Caffe; {_caffe_line(text)}"
    if DARKNET.match(text):
        return f"this looks like a network of Darknet; {A_LINE}"
    if text.lstrip()[:1] in ("{", "["):
        return f"this looks like JSON; {A_LINE}"
    if YAML.search(text):
        return f"this looks like YAML; {A_LINE}, and groups stand in braces"
    return None


def _caffe_line(text: str) -> str:
    """The first convolution of a prototxt as a line."""
    found = re.search(r"convolution_param\s*\{(.*?)\}", text, re.DOTALL)
    if found is None:
        return A_LINE

    def number(name: str) -> str | None:
        value = re.search(rf"\b{name}\s*:\s*(\d+)", found[1])
        return value[1] if value is not None else None

    width, kernel = number("num_output"), number("kernel_size")
    if width is None or kernel is None:
        return A_LINE
    names = re.findall(r"\bname\s*:\s*\"([A-Za-z_]\w*)\"", text[: found.start()])
    line = f"{names[-1]}: " if names else ""
    line += f"conv {width} {kernel}x{kernel}"
    for name in ("stride", "pad"):
        value = number(name)
        line += (
            f" {name}={value}" if value not in (None, "0", "1" if name == "stride" else "") else ""
        )
    return f"a layer is a line here, `{line}`"
