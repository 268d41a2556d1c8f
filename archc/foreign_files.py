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
    raise Problem(f"`{path}` is {KINDS[suffix]}, not a spec", hint(path))


def hint(path: str, size: str = "3x224x224") -> str:
    """The command that takes the file."""
    suffix = os.path.splitext(path)[1].lower()
    shown = shlex.quote(path)
    if suffix == ".onnx":
        return f"Write archc import onnx {shown}"
    if suffix == ".pt2":
        return f"Write archc import torch {shown}"
    if KINDS.get(suffix) is WEIGHTS:
        line = f"archc import torch model.py:Net --input {size}"
        return f"Name the class that they were saved from, as in\n{line}"
    if suffix == ".py":
        return f"Write {imports(path, size)}"
    if suffix == ".json":
        return f"A state of `archc check --format json` goes to archc diff {shown} NEW"
    if suffix in (".h5", ".hdf5", ".keras", ".pb", ".tflite", ".caffemodel", ".mlmodel"):
        return by_way_of_onnx(path, suffix[1:])
    return "A spec is a text, and `archc new mynet` writes one to begin with"


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


def imports(path: str, size: str = "3x224x224") -> str:
    """The command that imports a class of a Python file."""
    names = classes(path)
    name = names[0] if len(names) == 1 else "|".join(names) or "CLASS"
    return f"archc import torch {shlex.quote(path)}:{name} --input {size}"


def classes(path: str) -> list[str]:
    """The modules of PyTorch that a file defines; those alone that no other of them uses."""
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
