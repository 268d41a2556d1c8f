"""What the campaigns are told: which numbers to try, and for how long."""

from __future__ import annotations

import argparse
from collections.abc import Iterable


def numbers(name: str, kinds: Iterable[str], words: list[str]) -> argparse.Namespace:
    """A `kind`, the `first` number, the `count` of them, and `seconds` of the clock."""
    parser = argparse.ArgumentParser(prog=f"python -m tests.campaigns.{name}")
    parser.add_argument("kind", choices=tuple(kinds))
    parser.add_argument("first", type=int, help="the first number")
    parser.add_argument("count", type=int, help="how many")
    parser.add_argument(
        "--seconds", type=float, default=float("inf"), help="of the clock; none begins later"
    )
    return parser.parse_args(words)
