"""What every test may use: `--update`, and golden files."""

from __future__ import annotations

import compileall
import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

# Tensors are small here, and tests run side by side: threads would wait for one another.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# And what measures bytes asks for several: a thread that waits shall not keep a core busy.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")


SHARED = "ARCHC_TESTS_SHARED"  # names the folder of what all workers of a run may read

ARCHC = Path(__file__).resolve().parents[1] / "archc"


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """With `-n`, each worker begins with half of the files: what they share is worked out once."""
    if config.getoption("numprocesses", None) and config.option.dist == "no":
        config.option.dist = "worksteal"


def pytest_configure(config: pytest.Config) -> None:
    """Makes the folder that workers share. Many commands are started; where Python keeps no
    bytecode, each would compile archc."""
    if hasattr(config, "workerinput"):
        return
    os.environ[SHARED] = tempfile.mkdtemp(prefix="archc-tests-")
    if sys.dont_write_bytecode:
        compileall.compile_dir(ARCHC, quiet=2)


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput") and SHARED in os.environ:
        shutil.rmtree(os.environ.pop(SHARED), ignore_errors=True)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Few things here hold each other: to look for such circles takes a third of collecting.

    It takes a twentieth of the tests, if it is done all the time.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.set_threshold(20_000, 20, 20)
        gc.enable()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update", action="store_true", help="write what the code says now into the golden files"
    )


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be rewritten."""
    return bool(request.config.getoption("--update"))


@pytest.fixture
def golden(update: bool) -> Callable[[Path, str], None]:
    """Compares a text with a golden file, or writes it there under `--update`."""

    def compare(path: Path, text: str) -> None:
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode("utf-8"))
            return
        assert path.exists(), f"{path} is missing: run pytest --update and review the diff"
        assert text == path.read_bytes().decode("utf-8")

    return compare
