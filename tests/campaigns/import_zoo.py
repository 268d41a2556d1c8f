"""What becomes of the public model collections: `python -m tests.campaigns.import_zoo`.

Imports what `zoo_models` chooses, each model in a process of its own, several at a time (`--jobs`),
and prints what is found. `--rows FILE` adds each row to a file as soon as it is there, and what is
in the file is not tried again; `--seconds` ends the whole run, and what is under way is not kept.
With names (`timm:dla34`), only those are tried. `--write FILE...` tries nothing: it writes the
table in docs/import.md from files of rows.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import time
from collections.abc import Iterable, Iterator
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import NamedTuple

import torch
from torch import nn

from archc.importer.model import Unreadable
from archc.importer.read import opaque_names
from archc.importer.torch import import_model
from tests.campaigns import zoo_rows
from tests.campaigns.zoo_models import Candidate, candidates
from tests.campaigns.zoo_rows import Row

PROCESSES = multiprocessing.get_context("fork")  # they find PyTorch and the collections loaded
TRIVIAL = Candidate("trivial", lambda: nn.Sequential(nn.Conv2d(3, 8, 3)), (3, 8, 8))


class Attempt(NamedTuple):
    """A model that is being tried."""

    name: str
    process: BaseProcess
    answer: Connection
    begun: float


def tried(one: Candidate) -> Row:
    """What becomes of one model."""
    short = one.name.partition(":")[2]
    try:
        imported, proof = import_model(one.make, short, one.name, [one.size])
    except Unreadable as problem:
        return failed(one.name, problem.message)
    except Exception as mistake:
        return failed(one.name, f"{type(mistake).__name__}: {mistake}")
    assert proof is not None
    lines = sum(bool(line.strip()) for line in imported.text.splitlines())
    opaque = opaque_names(imported.operations).total()
    operations = len(imported.operations)
    return Row(one.name, operations, opaque, lines, proof.agreed, proof.failed, "")


def failed(name: str, problem: str) -> Row:
    return Row(name, 0, 0, 0, [], [], problem[:150])


def begin(one: Candidate) -> Attempt:
    ours, theirs = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=lambda: theirs.send(tried(one)), daemon=True)
    process.start()
    theirs.close()  # so that its end is seen here
    return Attempt(one.name, process, ours, time.monotonic())


def end(attempt: Attempt, limit: float) -> Row | None:
    """Its row, once it answered, ended without an answer, or took too long."""
    row = None
    if attempt.answer.poll():
        try:
            row = attempt.answer.recv()
        except EOFError:
            attempt.process.join()
            row = failed(attempt.name, f"the process ended with {attempt.process.exitcode}")
    elif time.monotonic() - attempt.begun > limit:
        row = failed(attempt.name, f"not done after {limit:g} s")
    if row is not None:
        stop(attempt)
    return row


def stop(attempt: Attempt) -> None:
    attempt.process.kill()
    attempt.process.join()
    attempt.answer.close()


def rows(
    chosen: Iterable[Candidate], jobs: int, limit: float, seconds: float
) -> Iterator[tuple[Row, float]]:
    """Rows in the order of their ends, each with its seconds, until the time is over."""
    tried(TRIVIAL)  # loads the exporter, which takes seconds, once for all processes
    last = time.monotonic() + seconds
    coming = iter(chosen)
    running = [begin(one) for _, one in zip(range(jobs), coming, strict=False)]
    try:
        while running and time.monotonic() < last:
            wait([attempt.answer for attempt in running], timeout=1)
            for attempt in list(running):
                row = end(attempt, limit)
                if row is not None:
                    yield row, time.monotonic() - attempt.begun
                    running.remove(attempt)
                    running += [begin(one) for _, one in zip(range(1), coming, strict=False)]
    finally:
        for attempt in running:
            stop(attempt)


def main() -> None:
    parser = argparse.ArgumentParser(prog="import_zoo", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", help="models, as in the table; default: all")
    parser.add_argument("--jobs", type=int, default=1, help="processes at a time")
    parser.add_argument("--limit", type=float, default=40, help="seconds a model")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="seconds in all")
    parser.add_argument("--rows", type=Path, help="a file that rows are added to")
    parser.add_argument("--write", type=Path, nargs="+", help="files of rows, for the table")
    asked = parser.parse_args()
    if asked.write:
        zoo_rows.write(zoo_rows.read(asked.write).values())
        return
    torch.set_num_threads(1)
    kept = zoo_rows.read([asked.rows]) if asked.rows and asked.rows.exists() else {}
    chosen = [one for one in candidates(asked.names) if asked.names or one.name not in kept]
    for row, took in rows(chosen, asked.jobs, asked.limit, asked.seconds):
        print(f"{took:5.1f} s {row.text()}", flush=True)
        if asked.rows:
            with asked.rows.open("a", encoding="utf-8") as opened:
                opened.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
