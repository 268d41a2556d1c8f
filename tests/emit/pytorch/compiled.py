"""What the tests share: specs compiled, and their modules loaded."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import ModuleType

from archc.check import Options
from archc.emit.pytorch.compile import Compiled, compile_source
from archc.emit.pytorch.verify import load
from archc.files import Files
from archc.language.source import Source

SPECS = Path(__file__).parents[3] / "specs"


@cache
def compiled(name: str, network: str | None = None) -> Compiled:
    """A bundled spec; named by its place in the project, wherever the tests run."""
    text = (SPECS / f"{name}.arch").read_text(encoding="utf-8")
    files = Files()

    def read(path: str, importer: Source) -> Source:
        source = files.source(str(SPECS / path))
        return Source(source.text, f"specs/{path}")

    source = Source(text, f"specs/{name}.arch")
    return compile_source(source, Options(network=network), read)


def code_of(text: str, network: str | None = None) -> str:
    """The code of a spec that is written out."""
    result = compile_text(text, network)
    assert result.code is not None, [one.message for one in result.diagnostics]
    return result.code


def compile_text(text: str, network: str | None = None) -> Compiled:
    def read(path: str, importer: Source) -> Source:
        raise OSError(path)

    return compile_source(Source(text, "net.arch"), Options(network=network), read)


def module_of(text: str) -> ModuleType:
    return load(code_of(text))
