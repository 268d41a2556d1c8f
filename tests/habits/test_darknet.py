"""A `.cfg` of Darknet as a network: its results are those that Darknet prints."""

from __future__ import annotations

from archc.api import File, load

HEAD = ("net", "width=416", "height=416", "channels=3")


def _conv(filters: int, size: int, act: str = "leaky") -> tuple[str, ...]:
    norm = ("batch_normalize=1",) if act == "leaky" else ()
    options = (f"filters={filters}", f"size={size}", "stride=1", "pad=1", f"activation={act}")
    return ("convolutional", *norm, *options)


def _pool(stride: int) -> tuple[str, ...]:
    return ("maxpool", "size=2", f"stride={stride}")


DOWN = [part for width in (16, 32, 64, 128, 256) for part in (_conv(width, 3), _pool(2))]
DEEP = [_conv(512, 3), _pool(1), _conv(1024, 3), _conv(256, 1), _conv(512, 3)]
LOW = [_conv(255, 1, "linear"), ("yolo", "mask = 3,4,5"), ("route", "layers = -4")]
HIGH = [_conv(128, 1), ("upsample", "stride=2"), ("route", "layers = -1, 8"), _conv(256, 3)]
LAST = [_conv(255, 1, "linear"), ("yolo", "mask = 0,1,2")]
TINY = [HEAD, *DOWN, *DEEP, *LOW, *HIGH, *LAST]


def _mended(sections: list[tuple[str, ...]]) -> File:
    text = "\n".join("\n".join((f"[{head}]", *options, "")) for head, *options in sections)
    (error,) = load(text).errors
    assert error.cure is not None
    (edit,) = error.cure.edits
    return load(edit.text)


def test_yolov3_tiny() -> None:
    """Shapes as Darknet prints them, and the 8.85 M parameters that are published."""
    file = _mended(TINY)
    assert not file.diagnostics
    layers = file.network.layers
    assert layers["y16"].shape == (255, 13, 13)
    assert file.network.output == (255, 26, 26)
    assert round(file.network.params or 0, -4) == 8_850_000


def test_a_shortcut_adds_and_counts_backwards() -> None:
    sections = [HEAD, _conv(8, 3), _conv(4, 1), _conv(8, 3), ("shortcut", "from=-3")]
    layers = _mended(sections).network.layers
    (added,) = (one for one in layers.values() if one.kind == "add")
    assert added.shape == (8, 416, 416)
    reached = [layers[path].inputs[0] for path in added.inputs if layers[path].kind == "identity"]
    first = next(one.path for one in layers.values() if one.kind == "leaky_relu")
    assert first in (*reached, *added.inputs)
