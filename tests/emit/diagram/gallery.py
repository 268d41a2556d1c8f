"""The gallery: which pictures it has, and its page."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import NamedTuple

import archc
from archc import bundled
from archc.check import Network, check
from archc.check import Options as Settings
from archc.cli.list import description
from archc.emit import figures
from archc.emit.diagram import Options, draw
from archc.emit.volumes import palette, svg
from archc.files import Files
from archc.language.source import Source
from tests.emit.networks import drawn_networks
from tests.emit.volumes import drawn
from tests.specs.library import checked

DOCS = Path(archc.__file__).parent.parent / "docs"
PICTURES = DOCS / "pictures"
PAGE = DOCS / "gallery.md"
PLACE = "tests/emit/specs"  # of the specs that the library does not have
MANIFEST = PICTURES / "sources.txt"

BROKEN = """\
network Broken {
    input 3x64x64
    stem: conv 32 3x3 stride=2 pad=1 -> relu
    add {
        { conv1: conv 32 3x3 pad=1 -> relu; conv2: conv 64 3x3 pad=1 }
        shortcut: conv 64 1x1 stride=2
    }
    relu
    global_avgpool -> flatten
    fc: linear 10
}
"""

# What else the command can do: the network, the options, the flags, what is to be seen.
VARIANTS = (
    ("resnet50", Options(theme="dark"), "--theme dark", "On dark ground."),
    ("vgg16", Options(color="params"), "--color params", "Where the parameters are."),
    ("vgg16", Options(color="macs"), "--color macs", "Where the work is."),
    ("lenet5:LeNet5", Options(direction="LR"), "--direction LR", "From left to right."),
    ("resnet152", Options(expand=("none",)), "--expand none", "Only the outermost groups."),
    (
        "resnet50",
        Options(expand=("layer3.3",)),
        "--expand layer3.3",
        "One of the repeated blocks drawn apart, by its path.",
    ),
)

# Drawn to scale as well: of the library, and of the tests' own specs.
VOLUMES = (
    "lenet5:LeNet5", "alexnet:AlexNetTowers", "vgg16", "googlenet:GoogLeNet", "resnet18",
    "resnet50", "densenet:DenseNet121", "dpn:DPN92", "unet", "fpn", "hourglass", "hrnet",
    "se_resnet", "wavenet", "deeplabv3", "c3d", "siamese",
)  # fmt: skip

HEAD = """\
# Gallery

Every network of the library as `archc diagram` draws it, without any option: repeated blocks are
folded (`\u00d7 3`), a structure is drawn in detail where it comes first and stays closed where it
comes again, blocks that differ in their shapes alone stand as "5 in a row", and a long network is
set in columns so that it fits a page.

    archc diagram resnet50 -o resnet50.svg

The pictures are made by `pytest tests/emit/diagram/test_gallery.py --update`, and a test holds them
to what the specs say now.
"""


class Picture(NamedTuple):
    """One picture: its file, its DOT text, the command that makes it, and what is said of it."""

    file: str
    dot: str
    command: str
    network: Network
    said: str


def _networks(spec: str) -> list[Network]:
    name, _, network = spec.partition(":")
    others = dict(drawn_networks())
    if name in others:
        return [others[name]]
    return [one for one in checked(name).networks if network in ("", one.name)]


@cache
def library() -> list[tuple[str, str, list[Picture]]]:
    """For each spec its name, what it says of itself, and its pictures; no picture twice."""
    found = []
    seen: dict[str, str] = {}
    # Families first: their members keep the names by which papers know them.
    for spec in sorted(bundled.spec_names(), key=lambda name: (len(_networks(name)) == 1, name)):
        networks = _networks(spec)
        pictures = []
        for network in networks:
            dot = draw(network)
            if dot in seen:
                continue
            single = len(networks) == 1
            command = f"archc diagram {spec if single else f'{spec}:{network.name}'}"
            seen[dot] = command
            file = f"{spec}.svg" if single else f"{spec}-{network.name}.svg"
            pictures.append(Picture(file, dot, command, network, figures.docstring(network)))
        if pictures:
            found.append((spec, description(checked(spec).program.source.text), pictures))
    return sorted(found)


@cache
def variants() -> list[Picture]:
    """Pictures of what the options do, and of a mistake."""
    result = []
    for spec, options, flags, said in VARIANTS:
        (network,) = _networks(spec)
        name = f"{spec.replace(':', '-')}{flags.replace('--', '-').replace(' ', '-')}"
        command = f"archc diagram {spec} {flags}"
        result.append(Picture(f"{name}.svg", draw(network, options), command, network, said))
    broken = check(Source(BROKEN, "broken.arch"), Settings(), Files().imported)
    (network,) = broken.networks
    dot = draw(network, None, broken.diagnostics)
    said = "A mistake: what is known up to it, and both shapes. The exit status is 1."
    result.append(Picture("broken.svg", dot, "archc diagram broken.arch", network, said))
    return result


class Scaled(NamedTuple):
    """A picture of volumes: the command that makes it, and its SVG."""

    command: str
    svg: str


def scaled_file(spec: str) -> str:
    return f"volumes-{spec.replace(':', '-')}.svg"


@cache
def volumes() -> dict[str, Scaled]:
    """The pictures of volumes, by their files."""
    found = {}
    for spec in VOLUMES:
        (network,) = _networks(spec)
        own = spec in dict(drawn_networks())
        place = f"{PLACE}/{spec}.arch" if own else spec
        command = f"archc diagram {place} --style volumes"
        made = drawn.volumes(spec if own else f"{spec.partition(':')[0]}:{network.name}")
        found[scaled_file(spec)] = Scaled(command, svg(made.scene, palette("light")))
    return found


def page() -> str:
    """The gallery as Markdown."""
    lines = [HEAD]
    for spec, said, pictures in library():
        lines += [f"## {spec}\n", f"{said}\n"]
        for picture in pictures:
            if picture.said and picture.said != said:
                lines += [f"{picture.network.name}: {picture.said}\n"]
            lines += _entry(picture, picture.network.name)
    lines += ["## Volumes\n", "Maps as boxes in perspective, drawn to scale.\n"]
    for file, (command, _) in volumes().items():
        name = command.split()[2].rpartition(":")[2]
        name = name.removeprefix(f"{PLACE}/").removesuffix(".arch")
        alt = f"{name} as volumes, drawn by archc"
        lines += [f"`{command}`\n", f'<img src="pictures/{file}" alt="{alt}">\n']
    lines += ["## Options\n"]
    for picture in variants():
        lines += [f"{picture.said}\n"]
        if picture.file == "broken.svg":
            lines += ["```", BROKEN.rstrip("\n"), "```\n"]
        lines += _entry(picture, picture.network.name)
    return "\n".join(lines).rstrip("\n") + "\n"


def _entry(picture: Picture, name: str) -> list[str]:
    return [
        f"`{picture.command}`\n",
        f'<img src="pictures/{picture.file}" alt="{name}, drawn by archc">\n',
    ]


@cache
def pictures() -> list[Picture]:
    """All of them."""
    return [picture for _, _, several in library() for picture in several] + variants()


def manifest(several: list[Picture]) -> str:
    """The files, each with a digest of the DOT text it was made from."""
    digests = (
        f"{hashlib.sha256(one.dot.encode()).hexdigest()[:16]}  {one.file}" for one in several
    )
    return "\n".join(digests) + "\n"
