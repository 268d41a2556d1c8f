"""The runner over public models: what answers, what is late, what dies, and where the rows go."""

from __future__ import annotations

import os
import time

import pytest
from torch import nn

from tests.campaigns import zoo_rows
from tests.campaigns.import_zoo import rows
from tests.campaigns.zoo_models import CHOICE, Candidate, spread

pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")


def late() -> nn.Module:
    time.sleep(60)
    return nn.ReLU()


def test_each_model_has_a_row_whatever_becomes_of_it():
    chosen = [
        Candidate("a:conv", lambda: nn.Sequential(nn.Conv2d(3, 8, 3)), (3, 8, 8)),
        Candidate("a:late", late, (3, 8, 8)),
        Candidate("a:dead", lambda: os._exit(3), (3, 8, 8)),
        Candidate("a:wrong", lambda: nn.Sequential(nn.Conv2d(4, 8, 3)), (3, 8, 8)),
    ]
    found = {row.name: row for row, _ in rows(chosen, jobs=4, limit=2, seconds=60)}
    assert found["a:conv"].marks == ("yes", "yes", "yes", "yes")
    assert found["a:late"].problem == "not done after 2 s"
    assert found["a:dead"].problem == "the process ended with 3"
    assert "cannot export" in found["a:wrong"].problem


def test_what_is_under_way_when_the_time_is_over_has_no_row():
    begun = time.monotonic()
    assert not list(rows([Candidate("a:late", late, (3, 8, 8))], jobs=1, limit=60, seconds=0.1))
    assert time.monotonic() - begun < 30


def test_rows_of_several_files_are_one_table(tmp_path):
    for name, lines in ("old", 7), ("new", 9):
        row = f'["timm:net", 5, 0, {lines}, ["12 MACs"], [], ""]\n'
        (tmp_path / name).write_text(row, encoding="utf-8")
    found = zoo_rows.read([tmp_path / "old", tmp_path / "new"])
    table = zoo_rows.table(found.values())
    assert "| timm:net | 5 | | 9 | no | no | yes | - | |\n" in table
    assert "| timm, convolutional | 1 | 1 | 1 | 0 | 1 | 0 | 0 |\n" in table


def test_the_choice_is_spread_evenly_and_large_enough():
    assert spread(list("abcdefg"), 3) == ["a", "c", "e"]
    assert spread(["a"], 3) == ["a"]
    names = CHOICE.read_text(encoding="utf-8").split()
    assert len(names) == len(set(names)) >= 300
