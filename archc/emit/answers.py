"""Answers to what was asked for, as rows below a network's table and as plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archc.emit import figures
from archc.emit.text import clean

if TYPE_CHECKING:
    from archc.analysis.answers import Answers, Fits, Training
    from archc.check import Network
    from archc.emit.style import Style

LEFT_OUT = "without the device's context, workspaces and rounding"


def rows(answers: Answers, style: Style) -> list[tuple[str, str, str]]:
    """Name, value, note."""
    result = []
    if answers.training is not None:
        result += _training(answers.training)
    if answers.counted is not None:
        one = answers.counted
        result.append((f"as {one.tool}", figures.number(one.total), f"{one.says}; {one.differs}"))
    if answers.fits is not None:
        result += _fits(answers.fits, answers.training)
    if answers.roofline is not None:
        from archc.emit import roofline

        result += roofline.rows(answers.roofline, style)
    return result


def _training(training: Training) -> list[tuple[str, str, str]]:
    step = training.step
    if step is None:
        return [("training", figures.UNKNOWN, "a size is open")]
    where = f"{step.phase}, at {clean(step.at)}" if step.at else step.phase
    return [
        ("training", figures.size(step.peak), f"peak of a step with {training.optimizer}, {where}"),
        ("", figures.size(step.gradients), "gradients of the parameters"),
        ("", figures.size(step.state), "state of the optimizer"),
        (
            "",
            figures.compact(training.macs),
            "MACs: forward, gradients of weights, gradients of inputs",
        ),
    ]


def _fits(fits: Fits, training: Training | None) -> list[tuple[str, str, str]]:
    optimizer = "sgd" if training is None else training.optimizer
    room = figures.size(fits.room)
    batches = (
        (fits.inference, fits.least[0], f"at inference, {LEFT_OUT}"),
        (fits.training, fits.least[1], f"in training with {optimizer}"),
    )
    result = []
    for name, (batch, least, note) in zip(("fits", ""), batches, strict=True):
        if batch:
            text = f"images at once in {room} {note}"
        else:
            text = f"not one image in {room} {note}: it takes {figures.size(least)}"
        result.append((name, figures.number(batch), text))
    return result


def plain(network: Network) -> dict[str, Any]:
    """For JSON: `training_step`, `counted_as`, `fits` and `roofline`, what was asked of them."""
    found = network.answers
    result: dict[str, Any] = {}
    if found is None:
        return result
    if found.training is not None:
        step = found.training.step
        nodes = network.graph.nodes
        result["training_step"] = {
            "optimizer": found.training.optimizer,
            **({} if step is None else step._asdict()),
            "macs": found.training.macs,
            "layer_macs": {
                node.path: macs
                for node, macs in zip(nodes, found.training.layer_macs, strict=True)
                if node.layer is not None
            },
        }
    if found.counted is not None:
        result["counted_as"] = {"tool": found.counted.tool, "total": found.counted.total}
    if found.fits is not None:
        result["fits"] = {
            "bytes": found.fits.room,
            "inference": found.fits.inference,
            "training": found.fits.training,
        }
    if found.roofline is not None:
        from archc.emit import roofline

        result["roofline"] = roofline.plain(network, found.roofline)
    return result
