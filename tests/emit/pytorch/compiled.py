"""What the tests share: specs compiled, and their modules loaded."""

from __future__ import annotations

import re
from functools import cache, lru_cache
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
    return _bundled(name, Options(network=network), {})


@cache
def reduced(
    name: str,
    network: str,
    input: str | None = None,
    width: int | None = None,
    swaps: tuple[tuple[str, str], ...] = (),
    **settings: str,
) -> Compiled:
    """A bundled network made small: another input, other parameters, other dense layers for 4096.

    Where a spec has a width in its text alone, it is changed there; what the text says of sizes on
    the way, `=> 64x56x56`, holds for its own input and is left out.
    """
    changes = {r"=> [^#\n]*": "", **{re.escape(old): new for old, new in swaps}}
    if width is not None:
        changes["linear 4096"] = f"linear {width}"
    asked = Options(network, tuple(settings.items()), input, claims=False)
    result = _bundled(name, asked, changes)
    assert result.code is not None, [one.message for one in result.diagnostics]
    return result


def _bundled(name: str, options: Options, swaps: dict[str, str]) -> Compiled:
    files = Files()

    def source(file: str) -> Source:
        text = files.source(str(SPECS / file)).text
        for old, new in swaps.items():
            text = re.sub(old, new, text)
        return Source(text, f"specs/{file}")

    return compile_source(source(f"{name}.arch"), options, lambda path, importer: source(path))


def code_of(text: str, network: str | None = None) -> str:
    """The code of a spec that is written out."""
    result = compile_text(text, network)
    assert result.code is not None, [one.message for one in result.diagnostics]
    return result.code


@lru_cache(4)
def compile_text(text: str, network: str | None = None) -> Compiled:
    """A spec that is written out; who holds a text, and then looks at its code, compiles once."""

    def read(path: str, importer: Source) -> Source:
        raise OSError(path)

    return compile_source(Source(text, "net.arch"), Options(network=network), read)


def module_of(text: str) -> ModuleType:
    return load(code_of(text))
