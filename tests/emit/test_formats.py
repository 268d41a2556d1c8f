"""Formats that programs read."""

from __future__ import annotations

import csv as reader
import io
import json as loader
from typing import Any

from archc.check import Options
from archc.diagnostics import Diagnostic, Label
from archc.emit.concise import concise
from archc.emit.csv import csv
from archc.emit.github import github
from archc.emit.json import json
from archc.emit.labels import layer_text
from archc.emit.markdown import escape
from archc.emit.sarif import sarif
from archc.files import Files
from archc.guard import check_source
from archc.language.source import Source
from tests.emit.samples import OPEN, PAIR, SMALL, checked, mismatch, network, place


def document(text: str) -> dict[str, Any]:
    result = checked(text)
    found: dict[str, Any] = loader.loads(json(result.networks, result.diagnostics))
    return found


def test_json_has_the_names_of_its_contract() -> None:
    found = document(SMALL)
    assert found["schema"] == 1
    assert {"schema", "archc", "networks", "diagnostics"} == set(found)
    (one,) = found["networks"]
    names = "name file input output batch dtype status totals receptive_field layers outputs"
    assert {*names.split(), "expectations"} <= set(one)
    assert (one["name"], one["file"], one["input"]) == ("Small", "sample.arch", [3, 32, 32])
    assert (one["output"], one["batch"], one["dtype"]) == ([10], 1, "float32")
    totals = (
        "params buffers macs flops connections activations conv_linear_activations depth memory"
    )
    assert set(totals.split()) <= set(one["totals"])
    memory = one["totals"]["memory"]
    assert {"weights", "activations", "peak", "peak_at", "saved_for_backward"} <= set(memory)
    layer = one["layers"][0]
    names = (
        "path kind label line inputs args shape params buffers macs flops memory receptive_field"
    )
    assert set(names.split()) <= set(layer)
    assert (layer["path"], layer["kind"], layer["label"]) == ("stem", "conv", "stem")
    assert (layer["inputs"], layer["shape"], layer["params"]) == (["input"], [8, 32, 32], 224)
    assert layer["args"]["kernel"] == [3, 3]
    assert set(layer["memory"]) == {"weights", "output", "live", "saved"}
    field = layer["receptive_field"]
    assert field == {
        "size": [3, 3],
        "stride": [1, 1],
        "padding": [1, 1],
        "hull": [3, 3],
        "center": [0, 0],
        "aligned": True,
        "global": False,
    }
    assert [output["name"] for output in one["outputs"]] == ["aux"]
    claim = one["expectations"][0]
    assert claim["text"] == "params == 8_154"
    assert set(claim) >= {"text", "holds", "actual", "source", "line"}
    assert claim["source"] == "counted by hand"


def test_json_sums_add_up() -> None:
    (one,) = document(SMALL)["networks"]
    layers = [layer for layer in one["layers"] if not layer["training"]]
    for figure in ("params", "buffers", "macs", "flops"):
        assert sum(layer[figure] for layer in layers) == one["totals"][figure]


def test_json_unknown_is_null_and_open_is_text() -> None:
    (one,) = document(OPEN)["networks"]
    assert one["input"] == [3, "H", "W"]
    assert one["totals"]["macs"] is None
    transposed = one["layers"][-1]
    assert transposed["receptive_field"]["stride"] == [2, 2]


def test_json_of_several_inputs() -> None:
    three = document(PAIR)["networks"][2]
    assert three["input"] == {"left": [1, 8, 8], "right": [1, 8, 8]}


def test_json_fractions() -> None:
    text = "network N {\n input 1x8x8\n upsample scale=2\n conv 1 3x3\n}\n"
    (one,) = document(text)["networks"]
    assert one["layers"][-1]["receptive_field"]["stride"] == ["1/2", "1/2"]


def test_json_diagnostic() -> None:
    (found,) = loader.loads(json([], [mismatch()]))["diagnostics"]
    assert found["code"] == "shape-mismatch"
    assert (found["line"], found["column"]) == (9, 5)
    assert (found["end_line"], found["end_column"]) == (9, 8)
    assert found["labels"][0]["message"] == "512x56x56 from here"
    assert found["calls"][0]["arguments"] == {"width": "128", "stride": "2"}
    assert found["help"].startswith("`conv2`")


def test_concise() -> None:
    assert concise([mismatch()]) == (
        "specs/resnet50.arch:9:5: error[shape-mismatch]: `add` needs equal shapes, "
        "but its branches give 512x56x56 and 512x28x28\n"
    )


def test_csv_is_what_rfc_4180_says() -> None:
    networks = checked(PAIR).networks
    text = csv(networks)
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    rows = list(reader.DictReader(io.StringIO(text, newline="")))
    assert len(rows) == sum(len(found.graph.nodes) for found in networks) - 4
    assert rows[0]["layer"] == "0"
    assert rows[0]["params"] == "104"
    assert rows[0]["arguments"] == "4 5x5"


def test_csv_unknown_is_empty() -> None:
    rows = list(reader.DictReader(io.StringIO(csv([network(OPEN)]), newline="")))
    assert rows[0]["macs"] == ""
    assert rows[0]["params"] == "224"


def test_csv_holds_no_formula() -> None:
    name = '=cmd|"calc",.arch'
    found = check_source(Source(SMALL, name), Options(), Files())
    rows = list(reader.reader(io.StringIO(csv(found.networks), newline="")))
    assert rows[1][0] == "'" + name
    assert {len(row) for row in rows} == {len(rows[0])}


def test_github_escapes() -> None:
    source = Source("conv\n", "a,b:c%.arch")
    finding = Diagnostic(
        "a-code", "warning", "50% of\nit::error::no", place(source, "conv"), help="mend it"
    )
    assert github([finding]) == (
        "::warning file=a%2Cb%3Ac%25.arch,line=1,endLine=1,col=1,endColumn=5,"
        "title=archc a-code::50%25 of%0Ait::error::no%0Anote: mend it\n"
    )


def test_github_names_no_columns_over_several_lines() -> None:
    source = Source("add {\n}\n", "a.arch")
    finding = mismatch()._replace(span=place(source, "add {\n}"), labels=())
    assert "col=" not in github([finding])


def test_sarif() -> None:
    other = Source("x\n", "/abs/ä b.arch")
    finding = mismatch()._replace(labels=(Label(place(other, "x"), "there"),))
    log = loader.loads(sarif([finding, finding._replace(severity="warning")]))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["shape-mismatch"]
    first, second = run["results"]
    assert (first["level"], second["level"]) == ("error", "warning")
    location = first["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "specs/resnet50.arch"
    assert location["region"] == {"startLine": 9, "startColumn": 5, "endLine": 9, "endColumn": 8}
    related = first["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert related == "file:///abs/%C3%A4%20b.arch"
    assert loader.loads(sarif([]))["runs"][0]["results"] == []


def test_markdown_escapes() -> None:
    assert escape("a|b_c <d>") == "a\\|b\\_c &lt;d>"


def test_layer_text() -> None:
    texts = {
        "conv 64 3x3 stride=2 pad=1 bias=false": "conv 64 3x3 /2 pad 1 no bias",
        "conv 64 [1, 3] pad=[0, 1]": "conv 64 1x3 pad 0x1",
        "conv 64 3 pad=[[0, 1], [1, 0]]": "conv 64 3x3 pad [[0, 1], [1, 0]]",
        "conv 64 3x3 pad=same groups=1": "conv 64 3x3 pad same",
        "maxpool 3x3 stride=2 ceil=true": "maxpool 3x3 /2 ceil",
        "dropout 0.5": "dropout 0.5",
        "batchnorm": "batchnorm",
    }
    for written, shown in texts.items():
        found = network(f"network N {{\n input 3x32x32\n {written}\n}}\n")
        layer = found.graph.nodes[1].layer
        assert layer is not None
        assert layer_text(layer) == shown
