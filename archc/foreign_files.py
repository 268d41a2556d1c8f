"""Files of another kind where a spec is wanted: what they are, and the command that takes them.

Imported on the way to a message alone.
"""

from __future__ import annotations

import ast
import os
import re
import shlex

from archc.files import Problem

HEAD = 1 << 16  # bytes that are looked at
SPEC = re.compile(r"^\s*(?:network|block)\s+[A-Z]\w*\b.*[{=(]", re.MULTILINE)
WEIGHTS = "the weights of a model of PyTorch, not the model"
KINDS = {
    ".onnx": "an ONNX file",
    ".pt2": "a program of torch.export",
    **dict.fromkeys((".pt", ".pth", ".ckpt", ".bin", ".safetensors"), WEIGHTS),
    **dict.fromkeys((".h5", ".hdf5", ".keras"), "a model of Keras"),
    **dict.fromkeys((".pb", ".tflite"), "a model of TensorFlow"),
    **dict.fromkeys((".caffemodel", ".mlmodel", ".engine", ".trt"), "a model of another framework"),
    **dict.fromkeys((".npy", ".npz", ".pkl", ".pickle", ".mat"), "a file of numbers or objects"),
    **dict.fromkeys((".svg", ".png", ".jpg", ".jpeg", ".gif", ".pdf", ".dot"), "a picture"),
    **dict.fromkeys((".zip", ".gz", ".tar", ".tgz", ".7z"), "an archive"),
    ".py": "a Python file",
    ".ipynb": "a notebook",
    ".html": "a page",
    ".json": "a JSON file",
    ".csv": "a table",
    ".toml": "a configuration",
    **dict.fromkeys((".yaml", ".yml"), "a YAML file"),
    **dict.fromkeys((".prototxt", ".cfg"), "a network of another framework"),
    **dict.fromkeys((".md", ".rst"), "a text of words"),
}
MAGIC = {b"PK\x03\x04": ".zip", b"\x89PNG": ".png", b"%PDF": ".pdf", b"\x89HDF": ".h5"}
BY_ONNX = "A model of another framework comes by way of ONNX: export it, then import the file"


def refuse(path: str) -> None:
    """Raises `Problem` for a file that is of another kind by its name and holds no spec."""
    suffix = os.path.splitext(path)[1].lower()
    if suffix not in KINDS or not os.path.isfile(path):
        return
    data = _head(path)
    if b"\0" not in data and SPEC.search(data.decode("utf-8", "replace")):
        return
    kind = KINDS[suffix]
    what = f"holds {kind.partition(',')[0]}" if kind is WEIGHTS else f"is {kind}"
    raise Problem(f"`{path}` {what}, not a spec", hint(path))


SIZE = "3x224x224"
FAMILIES = re.compile(
    r"(?:wide_)?res(?:net|next)\d|vgg\d|alexnet|googlenet|densenet\d|mobilenet|efficientnet|"
    r"inception|squeezenet|shufflenet|mnasnet|regnet|convnext|vit_|swin|maxvit",
    re.IGNORECASE,
)
"""Names that torchvision has."""

CHECKPOINT = re.compile(r"(\w+?)(?:[-_](?:[0-9a-f]{8}|weights|best|final|imagenet))?\Z")


def hint(path: str, flags: str = "") -> str:
    """The command that takes the file; `flags` are those of `archc import` that are known."""
    suffix = os.path.splitext(path)[1].lower()
    out = re.sub(r" --(?:input|arg) \S+", "", flags)
    if suffix == ".onnx":
        return f"Write archc import onnx {shlex.quote(path)}{out}"
    if suffix == ".pt2":
        return f"Write archc import torch {shlex.quote(path)}{out}"
    if KINDS.get(suffix) is WEIGHTS or suffix in (".pkl", ".pickle"):
        return _saved_from(path, flags)
    if suffix == ".py":
        names = classes(path)
        if not names and os.path.isfile(path):
            return "It defines no class that derives from torch.nn.Module"
        others = f"\nIt defines {', '.join(names)}" if len(names) > 1 else ""
        return imports(f"{path}:{names[-1] if names else 'CLASS'}", flags) + others
    if suffix == ".json":
        return f"A state of `archc check --format json` goes to archc diff {shlex.quote(path)} NEW"
    if suffix in (".h5", ".hdf5", ".keras", ".pb", ".tflite", ".caffemodel", ".mlmodel"):
        return by_way_of_onnx(path, suffix[1:])
    return "A spec is a text, and `archc new mynet` writes one to begin with"


def imports(target: str, flags: str = "") -> str:
    """The line that imports a class, with the size of its input where none is known."""
    if "--input " in flags:
        return f"Write archc import torch {shlex.quote(target)}{flags}"
    line = f"Write archc import torch {shlex.quote(target)}{flags} --input {SIZE}"
    known = target.startswith("torchvision.")
    return line if known else f"{line}\n{SIZE} stands for the size of its input"


def _saved_from(path: str, flags: str) -> str:
    """Where weights come from: one of torchvision's, or a class in a file beside them."""
    folder, name = os.path.split(path)
    stem = CHECKPOINT.match(os.path.splitext(name)[0])
    if stem is not None and FAMILIES.match(stem[1]):
        return imports(f"torchvision.models:{stem[1]}", flags)
    for file, names in beside(folder).items():
        return f"Name the class that they were saved from\n{imports(f'{file}:{names[-1]}', flags)}"
    line = f"archc import torch net.py:Net{flags or f' --input {SIZE}'}"
    return f"Name the class that they were saved from, in its file, as in `{line}`"


def beside(folder: str) -> dict[str, list[str]]:
    """The files of Python in a folder that define modules of PyTorch, and these."""
    try:
        names = sorted(one for one in os.listdir(folder or ".") if one.endswith(".py"))
    except OSError:
        return {}
    found = {os.path.join(folder, one): classes(os.path.join(folder, one)) for one in names[:100]}
    return {file: names for file, names in found.items() if names}


def by_way_of_onnx(path: str, source: str) -> str:
    """The commands that lead a model of another framework to a spec."""
    stem = os.path.splitext(os.path.basename(path))[0]
    function = re.fullmatch(r"((?:\w+\.)*\w+):(\w+)", path)
    if function is not None:
        stem = function[2].lower()
    file = f"{stem if re.fullmatch('[A-Za-z0-9_.-]+', stem) else 'model'}.onnx"
    suffix = os.path.splitext(path)[1].lower()
    shown = shlex.quote(path)
    export = ""
    if suffix == ".tflite":
        export = f"python -m tf2onnx.convert --tflite {shown} --output {file}"
    elif suffix in (".h5", ".hdf5", ".keras"):
        load = f'import keras; keras.models.load_model("{path}")'
        code = f'{load}.export("{file}", format="onnx")'
        export = f"python -c {shlex.quote(code)}"
    elif function is not None and source.lower() in ("keras", "tf", "tensorflow"):
        module, name = function[1], function[2]
        make = f'import {module}; {module}.{name}().export("{file}", format="onnx")'
        export = f"python -c {shlex.quote(make)}"
    elif source.lower() in ("keras", "tf", "tensorflow") and not suffix:
        export = f"python -m tf2onnx.convert --saved-model {shown} --output {file}"
    lines = (export, f"archc import onnx {file}") if export else (f"archc import onnx {file}",)
    return f"{BY_ONNX}\n" + "\n".join(lines)


def classes(path: str) -> list[str]:
    """The modules of PyTorch that a file defines: those alone that no other of them uses."""
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
        found = [one for one in ast.parse(text).body if isinstance(one, ast.ClassDef)]
    except (OSError, ValueError, SyntaxError, RecursionError, MemoryError):
        return []
    modules = [one.name for one in found if any("Module" in ast.unparse(b) for b in one.bases)]
    names = modules or [one.name for one in found]
    tops = [name for name in names if len(re.findall(rf"\b{name}\(", text)) <= 1]
    return tops or names


def binary(data: bytes) -> str | None:
    """What bytes that are no text may be, or None where they may be one."""
    for magic, suffix in MAGIC.items():
        if data.startswith(magic):
            return KINDS[suffix]
    return "no text" if b"\0" in data[:HEAD] or _strange(data[:HEAD]) else None


def _strange(data: bytes) -> bool:
    """Whether control characters stand in it, which no text has."""
    return any(byte < 32 and byte not in b"\t\n\r\f\v\x1b" for byte in data)


def _head(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(HEAD)
    except OSError:
        return b""
