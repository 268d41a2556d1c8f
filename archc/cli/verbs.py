"""All verbs, as data: a new one is an entry here and a module of its name beside this one."""

from __future__ import annotations

from archc.analysis.optimizers import OPTIMIZERS
from archc.cli.flags import Flag, Verb
from archc.cli.shared import (
    BUDGETS,
    CHOICE,
    COLOR,
    DEVICE,
    EXCLUDE,
    FORMS,
    ONE_PATH,
    PATHS,
    SETTINGS,
    STDIN,
    TOOLS,
    TRAIN,
)
from archc.emit.formats import FORMATS, STAGES

_ALL = (
    Verb(
        "check",
        "check files and show every layer's shape, parameters, work and memory",
        "PATH…",
        "archc check vgg16",
        (
            *SETTINGS,
            TRAIN,
            Flag("format", "the form of the output", choices=FORMATS, default="table", meant=FORMS),
            Flag(
                "output",
                "write it to a file, in the form of its suffix; the table is shown all the same",
                "FILE",
                short="o",
            ),
            Flag("quiet", "the findings without the table", short="q"),
            *CHOICE,
            EXCLUDE,
            *BUDGETS,
            Flag("fix", "mend what can only be meant one way, in the files themselves"),
            Flag("diff", "show what --fix would change, and change nothing"),
            Flag(
                "optimizer", "show what a step of training with it takes", choices=tuple(OPTIMIZERS)
            ),
            Flag("count-as", "show the work as another program counts it", choices=TOOLS),
            Flag("fits", "show the largest batch that so much memory holds", "24GB"),
            DEVICE,
            Flag("advise", "tell what might be built better, with figures"),
            STDIN,
            Flag("baseline", "tell what changed since `--format json` wrote this", "FILE.json"),
            Flag("exit-code", "a change since the baseline has status 1"),
            Flag("strict", "warnings fail too", config=True),
            Flag("exit-zero", "findings do not fail"),
            Flag("expand", "show repeated blocks one by one"),
            Flag("depth", "show groups no deeper than this", "N", whole=True),
            Flag("layers", "show the layers of every network, not of a single one only"),
            Flag(
                "emit",
                "show a stage of the compiler instead",
                choices=STAGES,
            ),
            COLOR,
        ),
        least=1,
        text=PATHS + "\n\nExit status: 0 clean, 1 findings, 2 the job could not be done.\n"
        "CODES are names of warnings and advice with commas between, as `archc explain` lists\n"
        "them. What a project always wants stands in its archc.toml or under [tool.archc] in\n"
        "pyproject.toml.",
    ),
    Verb(
        "build",
        "write the networks of a file as a PyTorch module",
        "PATH",
        "archc build resnet50 -o resnet50.py",
        (
            Flag("output", "the file; else, or with `-`, standard output", "FILE.py", short="o"),
            Flag("verify", "make the module and compare it with the analysis (needs PyTorch)"),
            Flag("force", "overwrite a file that archc did not write"),
            Flag("no-expect", "write it whatever the file expects of its networks"),
            Flag("emit", "show a stage of the emitter instead", choices=("module",)),
            *CHOICE,
            *(flag for flag in SETTINGS if flag.name != "dtype"),
            TRAIN,
            COLOR,
        ),
        least=1,
        most=1,
        text=ONE_PATH + "\n\nExit status: 0 written, 1 errors in the spec, 2 could not be done.",
    ),
    Verb(
        "fmt",
        "lay out files as their language is written",
        "PATH…",
        "archc fmt mine.arch",
        (
            Flag("check", "write nothing; fail where a file would change"),
            Flag("diff", "write nothing but the difference; fail where there is one"),
            Flag("shapes", "add the shape behind every statement"),
            COLOR,
        ),
        least=1,
        text="PATH is a file, a folder (all *.arch below it), or `-`: standard input, laid out on\n"
        "standard output. Comments and blank lines stay.\n\n"
        "Exit status: 0 done, 1 a spec has errors or would change, 2 could not be done.",
    ),
    Verb(
        "import",
        "a spec of a model that you have",
        "torch TARGET | onnx FILE",
        "archc import torch torchvision.models:resnet50 --input 3x224x224 -o resnet50.arch",
        (
            Flag(
                "input", "the size of an input, channels first; `7:int64`", "3x224x224", repeat=True
            ),
            Flag("arg", "an argument for TARGET", "NAME=VALUE", repeat=True),
            Flag("output", "the file; else, or with `-`, standard output", "FILE.arch", short="o"),
            Flag("no-verify", "do not compare the spec with the model"),
            Flag("force", "overwrite the file"),
            COLOR,
        ),
        least=2,
        most=2,
        module="import_",
        text="TARGET is package.module:callable, file.py:Class, or a .pt2 file of torch.export.\n"
        "Its code is run, because you name it; no weights are needed. It needs PyTorch.\n"
        "FILE is an ONNX file; it needs the package onnx.\n\n"
        "Exit status: 0 the spec agrees with the model, 1 not in everything, 2 could not be done.",
    ),
    Verb(
        "explain",
        "what a message means, what a layer does, or the arithmetic behind its figures",
        "CODE | LAYERKIND | PATH LAYER",
        "archc explain vgg16 features.0",
        (Flag("at", "what this position of the layer sees", "ROW,COLUMN"), *SETTINGS, COLOR),
        most=2,
        text="Without arguments it lists all codes. LAYERKIND is a word such as conv.\n\n" + PATHS,
    ),
    Verb(
        "sizes",
        "which input sizes networks take, exactly, and which layers bound them",
        "PATH…",
        "archc sizes vgg16",
        (
            Flag("format", "the form of the output", choices=("text", "json"), default="text"),
            *SETTINGS,
            COLOR,
        ),
        least=1,
        text=PATHS + "\n\nExit status: 0 told, 1 errors in the spec, 2 could not be told.",
    ),
    Verb(
        "diagram",
        "a picture of a network",
        "PATH[:NETWORK]",
        "archc diagram resnet50 -o resnet50.svg",
        (
            Flag(
                "output",
                "the file; its suffix decides: .dot .svg .png .pdf .tex .mmd .drawio",
                "FILE",
                short="o",
            ),
            Flag(
                "format",
                "the form, whatever the suffix",
                choices=("dot", "svg", "png", "pdf", "tikz", "mermaid", "drawio"),
                meant={
                    **dict.fromkeys(("jpg", "jpeg", "gif", "image", "bitmap"), "png"),
                    **dict.fromkeys(("gv", "graphviz"), "dot"),
                    **dict.fromkeys(("tex", "latex"), "tikz"),
                    "mmd": "mermaid",
                },
            ),
            Flag(
                "style",
                "boxes and arrows, or volumes to scale as papers draw them",
                choices=("flow", "volumes"),
                default="flow",
                meant={
                    **dict.fromkeys(("3d", "blocks", "plotneuralnet", "isometric"), "volumes"),
                    **dict.fromkeys(("2d", "boxes", "graph", "graphviz", "flowchart"), "flow"),
                },
            ),
            Flag("expand", "what is drawn in detail", "all|none|NAME…", repeat=True),
            Flag("depth", "close groups deeper than this", "N", whole=True),
            Flag(
                "direction",
                "from top to bottom, or left to right, as volumes always are",
                choices=("TB", "LR"),
            ),
            Flag("columns", "in so many columns; from left to right, rows", "N", whole=True),
            Flag(
                "for",
                "where it is printed: detail and columns are chosen for it",
                choices=("column", "page", "slide", "poster"),
            ),
            Flag("width", "the same, by its width: 84mm, 3.3in, 240pt", "LENGTH"),
            Flag("dpi", "pixels an inch of a .png", "N", whole=True),
            Flag("fragment", "a .tex for \\input in an article"),
            Flag(
                "color",
                "what the colours mean",
                choices=("kind", "params", "macs", "memory"),
                default="kind",
            ),
            Flag("theme", "the ground it is for", choices=("light", "dark"), default="light"),
            Flag("no-fuse", "activations, normalisation and dropout as boxes of their own"),
            Flag("no-legend", "without the legend"),
            *SETTINGS,
        ),
        least=1,
        most=1,
        text="NAME is a block (`Bottleneck`) or a path (`layer1.0`), several with commas between.\n"
        "Without -o the DOT text goes to standard output; of volumes, the SVG.\n"
        "On a terminal -o is needed, if only as -o -.\n\n" + PATHS,
    ),
    Verb(
        "report",
        "one self-contained page that explains networks",
        "PATH…",
        "archc report vgg16 -o report.html",
        (
            Flag("output", "the file; else, or with `-`, standard output", "FILE", short="o"),
            EXCLUDE,
            DEVICE,
            *SETTINGS,
            TRAIN,
        ),
        least=1,
        text="The page loads nothing and can be read without scripts. It compares networks.\n\n"
        + PATHS
        + "\n\nExit status: 0 clean, 1 the page shows errors, 2 the job could not be done.",
    ),
    Verb(
        "compare",
        "networks side by side, in proportion to the first",
        "PATH…",
        "archc compare alexnet vgg16 resnet50",
        (
            *SETTINGS,
            EXCLUDE,
            Flag(
                "format",
                "the form of the output",
                choices=("table", "markdown", "csv", "json", "latex"),
                meant=FORMS,
                default="table",
            ),
            COLOR,
        ),
        least=1,
        text=PATHS,
    ),
    Verb(
        "diff",
        "what changed between two states of networks, layer by layer and in all",
        "OLD NEW",
        "archc diff git:HEAD:model.arch model.arch",
        (
            *SETTINGS,
            Flag(
                "format",
                "the form of the output",
                choices=("table", "markdown", "json"),
                meant=FORMS,
                default="table",
            ),
            Flag("exit-code", "a difference has status 1"),
            Flag("expand", "show every layer that has another shape, not only what was changed"),
            EXCLUDE,
            COLOR,
        ),
        least=2,
        most=2,
        text="OLD may be git:REV:PATH, a file or folder of an earlier revision.\n"
        "Either may be FILE.json, as `archc check --format json` writes it.\n\n"
        + PATHS
        + "\n\nExit status: 0 compared, 1 errors in a spec, or with --exit-code a difference,\n"
        "2 the job could not be done.",
    ),
    Verb(
        "new",
        "a small file to begin with",
        "NAME",
        "archc new mynet",
        (),
        least=1,
        most=1,
        text="Writes NAME.arch, a network with comments that checks as it is, where there is none.",
    ),
    Verb(
        "list",
        "the bundled networks",
        "[WORD…]",
        "archc list resnet",
        (Flag("verbose", "with their figures (takes longer)", short="v"), COLOR),
        text="WORD keeps the specs whose name or description holds it.",
    ),
    Verb(
        "show",
        "the text of a bundled network",
        "NAME",
        "archc show resnet50",
        (),
        least=1,
        most=1,
        text="NAME is one that `archc list` names. To change it: archc show NAME > mine.arch",
    ),
    Verb(
        "layers",
        "all kinds of layers",
        "[WORD…]",
        "archc layers pooling",
        (COLOR,),
        text="WORD keeps the layers that are about it. `archc explain conv` tells all of one.",
    ),
    Verb(
        "codes",
        "the codes of all messages",
        "[WORD…]",
        "archc codes warning",
        (COLOR,),
        text="WORD keeps the codes that are about it. `archc explain CODE` tells all of one.",
    ),
    Verb(
        "completion",
        "a completion script for a shell",
        "SHELL",
        'eval "$(archc completion bash)"',
        (),
        least=1,
        most=1,
        text="SHELL is bash, zsh or fish.",
    ),
)
VERBS = {verb.name: verb for verb in _ALL}
