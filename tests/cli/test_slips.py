"""What newcomers type, and the words that put them right; nothing is written meanwhile."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from archc.cli.proposed import gated
from tests.cli.conftest import Run

SPEC = """network Good(width = 16) {
    input 3x32x32
    stem: conv width 3x3 pad=1
    global_avgpool -> flatten
    fc: linear 10
}
"""
MISTAKEN = SPEC.replace("linear 10", "linear 10 bais=false")
SLIPS = {
    "check {} --input 32,32,3": "channels, then sizes, 3x32x32,",
    "check {} --input 64x64x1": "write 1x64x64: channels stand first; "
    "with the 3 channels of the spec it is 3x64x64\n",
    "sizes {} --input 64x48x4": "write 4x64x48: channels stand first; "
    "with the 3 channels of the spec it is 3x64x48\n",
    "check {} --input 32x32x3": "does not fit `input`, which is 3x32x32 in line 2; write 3x32x32\n",
    "check {} --input 224": "; write 3x224x224\n",
    "check {} --input 64x48": "; write 3x64x48\n",
    "check {} --input 8x3x32x32": "; write 3x32x32, and the batch as --batch 8\n",
    "check {} --input h=64": "; a shape is given whole; write 3x64x32\n",
    "check {} --input size=64": "; a shape is given whole; write 3x64x64\n",
    "fmt {} -o other.arch": "Write archc fmt - < good.arch > other.arch\n",
    "build {} -o net.onnx": "from net import Good; torch.onnx.export(Good().eval(), "
    '(torch.zeros(1, 3, 32, 32),), "net.onnx")\n',
    "expect {}": "did you mean `archc check`?",
    "build {} --framework pytorch": "it writes PyTorch\n  Write archc build good.arch\n",
    "build {} --name Good": "Write archc build good.arch:Good\n",
    "check resnet-34": "did you mean `resnet:ResNet34`?",
    "explain attention": "there is no layer `attention`: attention is no layer: `matmul`",
    "explain repeat": "is of the language, neither a code nor a layer\n  As in repeat 3 { conv",
    "explain stride": "is an argument, of conv,",
    "explain macs": "is a figure, neither a code nor a layer\n  As in expect macs",
    "show resnet101": "; `ResNet101` stands in `resnet`\n  Write archc show resnet\n",
    "check {} --color=off": "did you mean `never`?\n  Write archc check good.arch --color never\n",
    "check {} --input-size 3 64 64": "Write archc check good.arch --input 3x64x64\n",
    "check {} --set width:64": "Write --set width=64\n",
    "check {} --max-params +10%": "is a share, and a limit is a number",
    "explain {} Good.stem": "Write archc explain good.arch:Good stem\n",
    "check {} --layers conv": "takes no value\n  Write archc check good.arch --layers\n",
    "check {} --train": "the part that is trained alone\n  what training keeps is told without it",
    "explain {} fc params": "are told at once\n  Write archc explain good.arch fc\n",
    "check {} -v": "Write archc check good.arch --expand\n  `archc --version`",
    "sizes {} --input 224": "; write 3x224x224\n",
    "sizes {} --input 3x0x0": "0 is no size",
    "check {} --input 3x64": "; write 3x64x64\n",
    "check {} --set width=2,2": "write --set 'width=[2, 2]'\n",
    "check {} --freeze stem": "`--train PATH` names what is trained, and freezes all the rest\n",
    "check {} --train nope": "`nope`; its parts are stem, global_avgpool1, flatten1, fc\n",
    "check {} --device A100": "did you mean `a100-40gb` or `a100-80gb`?",
    "--quiet check {}": "Write archc check good.arch --quiet\n",
    "diff {} vgg16 --exit_code": "Write archc diff good.arch vgg16 --exit-code\n",
    "show {} -o": "it prints a bundled spec\n  `archc list` names them\n",
    "show vgg16 -o my.arch": "Write archc show vgg16 > my.arch\n",
    "compare {} --params": "it does this by itself",
    "check {} --set width 64": "Write --set width=64",
    "check {} --set width=big": "`big` is not defined here; a value is a number,",
    "check {} --max-params 5m": "did you mean `5M`?",
    "check {} --max-macs 2million": "did you mean `2M`?",
    "check {} --json": "did you mean `--format json`?",
    "check {} --dtype fp16": "did you mean `float16`?",
    "check {} --dtype bf16": "did you mean `bfloat16`?",
    "build {} --out x.py": "did you mean `--output`?",
    "build {} -o good.onnx": "not `.onnx`\n  Write archc build good.arch -o good.py\n",
    "report {} -o deep/good.pdf": "writes HTML, not `.pdf`\n"
    "  Write archc report good.arch --output deep/good.html\n",
    "explain {} body.0": "It has stem, global_avgpool1, flatten1, fc\n",
    "diff HEAD:good.arch {}": "is in no repository of git\n  `git:HEAD:good.arch` is looked for",
    "import keras model.h5": 'load_model("model.h5").export("model.onnx", format="onnx")',
    "import keras keras.applications:VGG16": "\n  archc import onnx vgg16.onnx\n",
    "import tensorflow saved": "tf2onnx.convert --saved-model saved --output saved.onnx\n",
    "check {} --max-params 100 M": "Write archc check good.arch --max-params 100M\n",
    "diagram {} --format jpg": "did you mean `png`?",
    "diagram {} --style 3d": "did you mean `volumes`?",
    "check {} --input (3,64,64)": "`(3,64,64)` is no shape; write 3x64x64\n",
    "import torch resnet18": "Write archc import torch torchvision.models:resnet18 --input 3x224x2",
    "import torch torchvision.models.resnet18 --input 3x9x9": "Write archc import torch "
    "torchvision.models:resnet18 --input 3x9x9\n",
    "import torchvision resnet18": "torchvision is a library of PyTorch\n"
    "  Write archc import torch torchvision.models:resnet18 --input 3x224x224\n",
    "import torchvision:resnet18": "Write archc import torch torchvision.models:resnet18 --inp",
    "import timm resnet18 --input 3x64x64": "Write archc import torch timm.models:resnet18 --inp",
    "import pytorch torchvision.models:vgg11": "Write archc import torch torchvision.models:vgg11",
    "import vgg16": "`vgg16` is a bundled spec already\n  Write archc show vgg16 > vgg16.arch\n",
    "import {}": "`good.arch` is a spec already\n  Write archc check good.arch\n",
    "import resnet50-11ad3fa6.pth": "Write archc import torch torchvision.models:resnet50",
    "import model.h5": 'load_model("model.h5").export("model.onnx", format="onnx")',
    "import model.tflite": "python -m tf2onnx.convert --tflite model.tflite --output model.onnx\n",
    "import model.safetensors": "holds the weights of a model of PyTorch, not the model\n",
    "import model.onnx onnx": "the source stands first\n  Write archc import onnx model.onnx\n",
    "import torch net:Net --input 1,3,32,32": "Write archc import torch net:Net --input 3x32x32\n"
    "  channels first and without the batch\n",
    "diagram {} -o .jpg": "Write archc diagram good.arch --output good.png\n",
    "diagram {} -o .mmd": "Write archc diagram good.arch --output good.mmd\n",
    "diagram {} -o out/a.jpg": "Write archc diagram good.arch --output out/a.png\n",
    "diagram {} -o picture": "It ends in one of: .dot, .svg, .png, .pdf, .drawio, .tex, .mmd\n",
    "summary {}": "did you mean `archc check`?",
    "draw {}": "did you mean `archc diagram`?",
    "check {} --verify": "a flag of `archc build`\n  Write archc build good.arch --verify\n",
    "build {} --fix": "a flag of `archc check`\n  Write archc check good.arch --fix\n",
    "fmt --write {}": "it writes the file itself\n  Write archc fmt good.arch\n",
    "check {} --batch-size 8": "Write archc check good.arch --batch 8\n",
    "check {} --no-color": "Write archc check good.arch --color never\n",
    "check {} --html": "Write archc report good.arch -o good.html\n",
    "check {} --format html -o r.html": "Write archc report good.arch -o r.html\n",
    "explain stem {}": "the spec stands first, then the layer\n  Write archc explain good",
    "check {} --set width = 10": "no space stands around `=`\n  Write --set width=10\n",
    "check {} --set width =10": "Write --set width=10\n",
    "check {} --set width= 10": "Write --set width=10\n",
    "compare {},vgg16": "Write archc compare good.arch vgg16\n",
    "sizes {} 64x48": "Write archc sizes good.arch --input 3x64x48\n",
    "build {} vgg16 -o both.py": "one at a time\n  Write archc build good.arch -o good.py\n",
    "build {} good.py": "Write archc build good.arch -o good.py\n",
    "diff {}": "this folder is in no repository of git\n"
    "  Keep a state before the change, and compare with it:\n"
    "  archc check good.arch --format json > good.json\n  archc diff good.json good.arch\n",
    "check {} -n good": "a network is named behind its file\n  Write archc check good.arch:Good\n",
    "check {} -n 8": "Write archc check good.arch --batch 8\n",
    "check {} -d cuda": "no device `cuda`: archc runs nothing, and a device is the hardware whose "
    "time is bounded\n  Known devices are: v100",
    "check {} -d 2": "Write archc check good.arch --depth 2\n",
    "check {} --gpu": "Write archc check good.arch --device a100-40gb\n",
    "check {} --half": "Write archc check good.arch --dtype float16\n",
    "check {} --half --batch-size 8": "Write archc check good.arch --dtype float16 --batch 8\n",
    "check {} --seed 0": "nothing in archc is random: the same spec has the same figures\n"
    "  Write archc check good.arch\n",
    "check {} --max-latency 10ms": "`--device` tells the least time it takes\n"
    "  Write archc check good.arch --device a100-40gb\n",
    "check {} --export net.onnx": "PyTorch exports the module that `archc build` writes\n"
    "  Write archc build good.arch -o net.py\n",
    "check {} --export svg": "Write archc diagram good.arch -o good.svg\n",
    "check {} --shape": "its table has that\n  Write archc check good.arch\n",
    "check {} --show-memory": "its table has that\n  Write archc check good.arch\n",
    "check {} --format yaml": "did you mean `json`?\n  Write archc check good.arch --format json\n",
    "check {} --frobnicate": "Write archc check good.arch\n  Its flags are --set --input --batch",
    "check {} --depth": "For example archc check good.arch --depth 2\n",
    "check resnet34 --batch-size 8": "And there is no file `resnet34`; did you mean "
    "`resnet:ResNet34`?\n  Write archc check resnet:ResNet34 --batch 8\n",
    "check resnet18:ResNet --batch-size 8": "And `resnet18` has no network `ResNet`\n"
    "  Write archc check resnet18:ResNet18 --batch 8\n",
    "check vgg16 --num-classes 10": "a parameter of the network is set\n"
    "  Write archc check vgg16 --set classes=10\n",
    "check {} --num-classes 10": "a parameter of the network is set, and there are width\n"
    "  For example archc check good.arch --set width=16\n",
    "check {} --width 64": "Write archc check good.arch --set width=64\n",
    "check {} --verbose 2": "Write archc check good.arch --expand\n",
    "check {} -d 0": "did you mean `--depth`?\n  Write archc check good.arch --depth 1\n",
    "check {} --depth all": "not `all`\n  Write archc check good.arch\n",
    "check {} --batch 1.5": "not `1.5`\n  Write archc check good.arch --batch 1\n",
    "check {} --layer-depth 1": "Write archc check good.arch --depth 1\n",
    "check {} --no-fold": "Write archc check good.arch --expand\n",
    "check {} --fix --in-place": "did you mean `--fix`?\n  Write archc check good.arch --fix\n",
    "check {} --device nvidia-a100": "Write archc check good.arch --device a100-40gb\n",
    "build {} -v": "it has no more to tell\n  Write archc build good.arch\n",
    "verify {}": "did you mean `archc build`?\n  Write archc build good.arch --verify\n",
    "explain {}.stem": "behind its file, apart\n  Write archc explain good.arch stem\n",
    "explain {}:stem": "behind its file, apart\n  Write archc explain good.arch stem\n",
    "diagram {} vgg16 -o a.svg": "one at a time\n  Write archc diagram good.arch -o good.svg\n",
    "check {} --col-names input_size output_size": "has that\n  Write archc check good.arch\n",
    "check {} --weights model.pth": "reads no weights: all figures follow from the spec\n"
    "  Write archc check good.arch\n",
    "check {} --cpu": "archc runs nothing, on no device\n  Write archc check good.arch\n",
    "check {} --training": "Write archc check good.arch --optimizer adam\n",
    "check {} --limit 5M": "a limit is of one figure: --max-params, --max-macs, --max-flops, "
    "--max-weights or --max-memory\n  Write archc check good.arch --max-params 5M\n",
    "check {} --memory-limit 5MB": "Write archc check good.arch --max-memory 5MB\n",
    "check {} --layer stem": "tells of one layer\n  Write archc explain good.arch stem\n",
    "sizes {} stem": "a layer is explained\n  Write archc explain good.arch stem\n",
    "check {} --input": "For example archc check good.arch --input 3x32x32\n",
    "check {} --set": "For example archc check good.arch --set width=16\n",
    "check {} --max-params": "For example archc check good.arch --max-params 60M\n",
    "check {} --gpu cuda": "With the NAME of one: archc check good.arch --device NAME\n",
    "check {} --quiet --device cuda:0": "With the NAME of one: archc check good.arch --quiet "
    "--device NAME\n",
    "check --gpu {}": "Write archc check good.arch --device a100-40gb\n",
    "diagram {} --show": "a picture is a file\n  Write archc diagram good.arch -o good.svg\n",
    "diagram {} --3d -o a.svg": "Write archc diagram good.arch --output a.svg --style volumes\n",
    "diagram {} --horizontal -o a.svg": "Write archc diagram good.arch --output a.svg --direct",
    "build {} --keras": "it writes PyTorch alone\n  Write archc build good.arch\n",
    "build {} --half": "the same for every type and device\n  Write archc build good.arch\n",
    "compare {} vgg16 -o out.md": "it writes to standard output\n"
    "  Write archc compare good.arch vgg16 --format markdown > out.md\n",
    "compare {} vgg16 --sort params": "Write archc compare good.arch vgg16 --format csv\n",
    "fmt {} --line-length 80": "one way to lay a spec out\n  Write archc fmt good.arch\n",
    "new my net": "a name is one word\n  Write archc new my-net\n",
    "new good": "`good.arch` is there already\n  Write archc new good-2\n",
    "new 3net": "Write archc new net\n",
    "list resnet34": "Write archc check resnet:ResNet34\n",
    "layers conv2d": "no layer is about `conv2d`\n  Write archc explain conv\n",
    "show {}": "`good.arch` is a file, not a bundled spec\n  Write cat good.arch\n",
    "completion basg": "Write archc completion bash\n",
    "import from torch a:B --input 3x8x8": "Write archc import torch a:B --input 3x8x8\n",
    "import torch vgg16": "Write archc import torch torchvision.models:vgg16 --input 3x224x224\n",
    "check {} --input 64 64": "without spaces\n  Write archc check good.arch --input 3x64x64\n",
    "check VGG-16 -q": "did you mean `vgg16`?\n  Write archc check vgg16 --quiet\n",
    "check {} --fits 24": "Write archc check good.arch --fits 24GB\n",
    "check {} -o a.html": "Write archc report good.arch -o a.html\n",
    "check {} -o a.svg": "Write archc diagram good.arch -o a.svg\n",
    "check {} -o a": "Write archc check good.arch --output a.json\n",
    "sizes {} --height 64": "from the smallest on\n  Write archc sizes good.arch\n",
    "compare {} vs vgg16": "alone stands between paths\n  Write archc compare good.arch vgg16\n",
    "import torch a:B --input-size 3x8x8": "Write archc import torch a:B --input 3x8x8\n",
    "import torch a:B --input_size=(1,3,8,8)": "Write archc import torch a:B --input 3x8x8\n",
    "report {} -f html": "it writes HTML\n  Write archc report good.arch\n",
    "cat vgg-16": "did you mean `vgg16`?\n  Write archc show vgg16\n",
    "frob {}": "`frob` is no verb\n  For example archc check good.arch\n  The verbs are: check,",
    "help diagrams": "Write archc diagram --help\n",
    "check {} \u2013quiet": "begins with two hyphens\n  Write archc check good.arch --quiet\n",
    "check {} -quiet": "Write archc check good.arch --quiet\n",
    "check {} -output a.json": "Write archc check good.arch --output a.json\n",
    "check {} --json a.json": "Write archc check good.arch --output a.json\n",
    "check {} --dtype fp8": "Write archc check good.arch --dtype int8\n",
    "check GOOD.ARCH": "did you mean `good.arch`?\n",
    "show ResNet50": "did you mean `resnet50`?\n",
    "check nothing.arch --batch-size 8": "`--batch`?\n  And there is no file `nothing.arch`\n",
    "check god.arch --batch 8": "`good.arch`?\n  Write archc check good.arch --batch 8\n",
    "check *.net": "nothing matches `*.net`\n  There is good.arch\n",
    "check specs/vgg16.arch": "did you mean `vgg16`?\n",
    "check": "here is good.arch\n  Write archc check good.arch\n",
    "diagram": "Write archc diagram good.arch -o good.svg\n",
    "build .": "takes one file at a time\n  Write archc build good.arch -o good.py\n",
    "{}": "`good.arch` is no verb, and one stands first\n  Write archc check good.arch\n",
    "{} --batch-size 8": "Write archc check good.arch --batch 8\n",
    "{} build": "Write archc build good.arch -o good.py\n",
    "{}:Goods": "And `good.arch` has no network `Goods`\n  Write archc check good.arch:Good\n",
    "view {}": "did you mean `archc diagram`?\n  Write archc diagram good.arch -o good.svg\n",
    "lint {}": "Write archc check good.arch\n",
    "export {}": "Write archc build good.arch -o good.py\n",
    "convert {}": "Write archc build good.arch -o good.py\n",
    "convert model.onnx": "Write archc import onnx model.onnx\n",
    "--summary {}": "a verb is written without dashes; did you mean `archc check`?\n",
    "explain {} 1": "a layer with a name is found by its name\n  Write archc explain good.arch "
    "global_avgpool1\n  which is number 1 of the table, counted from 0\n",
    "explain {} line 4": "a layer is named by its path\n  Write archc explain good.arch global_avg",
    "explain {} --line 3": "a layer is named by its path\n  Write archc explain good.arch stem\n",
    "explain {} good.arch:4": "\n  line 4 holds global_avgpool1, flatten1\n",
    "explain {}:3": "Write archc explain good.arch stem\n  which is line 3\n",
    "explain {} line 9": "in line 9 of `good.arch` stands no layer; the last is in line 5\n",
    "list resnet --params": "figures of each, in one table\n  Write archc list resnet --verbose",
    "explain {} fc 1": "a layer is one word\n  And `good.arch` has no layer `fc1`; did you mean "
    "`fc`?\n  Write archc explain good.arch fc\n",
    "explain {}": "which layer of `good.arch`?\n  Write archc explain good.arch stem\n",
    "explain good": "which layer of `good.arch`?\n  Write archc explain good.arch stem\n",
    "explain god stem": "did you mean `good.arch`?\n  Write archc explain good.arch stem\n",
    "import model.onnx": "Write archc import onnx model.onnx\n",
    "import torch weights.pth": "there is no file `weights.pth`, and such files hold the weights",
    "import torch {}": "is a spec already\n  Write archc check good.arch\n",
    "diagram {} --max-params 300K -o a.svg": "Write archc check good.arch --max-params 300K\n"
    "  Then archc diagram good.arch --output a.svg\n",
    "summary {} --input_size=(1,3,32,32)": "Write archc check good.arch --input 3x32x32\n",
    "check {} --input_size=(8,3,32,32)": "Write archc check good.arch --input 3x32x32 --batch 8\n",
    "check {} --input=(1,32,32,3)": "; write 3x32x32, for the batch is not written\n",
    "count {} --batch-size 8": "Write archc check good.arch --batch 8\n",
    "build {} --framework keras -o a.py": "it writes PyTorch alone\n"
    "  Write archc build good.arch --output a.py\n",
    "check {} --max-flops 0.1GFLOPs": "did you mean `0.1G`?\n  Write archc check good.arch "
    "--max-flops 0.1G\n",
    "check {} --max-macs 40MMACs --max-params 1,000,000": "Write archc check good.arch "
    "--max-macs 40M --max-params 1000000\n",
    "check {} --max-weights 40mb": "did you mean `40MB`?",
    "check {} --max-macs many": "is no number; write 60M or 4.1G\n",
    "check {} --max-memory many": "is no number; write 20MB or 1.5GiB\n",
    "check {} --device cuda:0": "archc runs nothing, and a device is the hardware whose time is "
    "bounded\n  Known devices are: v100",
    "check {} --device mps": "Write archc check good.arch --device m1-max\n",
    "check {} --device cpu": "Write archc check good.arch\n",
    "build {} -o out/net.onnx": "Write archc build good.arch -o out/net.py\n"
    "  Then, in Python, in out: import torch; from net import Good;",
    "list --json": "it writes text\n  Write archc list\n",
    "explain {} stem --json": "`archc check good.arch --format json` writes figures",
    "check {} --max-macs 15.5GFLOPs": "of FLOPs, which are limited by --max-flops 15.5G\n"
    "  Write archc check good.arch --max-flops 15.5G\n",
    "check {} --max-flops 15.5GMACs": "Write archc check good.arch --max-macs 15.5G\n",
    "build {} --class MyNet": "the class is called as the network is\n"
    "  Write `network MyNet` for `network Good` in good.arch\n",
    "check {} --metric macs": "its table has that\n  Write archc check good.arch\n",
    "check {} --memory-unit MiB": "its units are powers of ten, and --format json has bytes\n",
    "check {}/Good": "there is no file `good.arch/Good`; did you mean `good.arch:Good`?\n",
    "explain receptive-field": "`receptive_field` is a figure, neither a code nor a layer\n",
    "build {} --network good": "a network is named behind its file\n"
    "  Write archc build good.arch:Good\n",
    "check {} --expect params<100M": "Write archc check good.arch --max-params 100M\n",
    "list --all": "it names them all\n  Write archc list\n",
    "sizes {} --min 64": "all sizes, from the smallest on\n  Write archc sizes good.arch\n",
    "import torchvision.models.resnet50 --input 1x3x224x224": "Write archc import torch "
    "torchvision.models:resnet50 --input 3x224x224\n",
    "check {} --fail-on-warning": "Write archc check good.arch --strict\n",
    "check {} --warn-only": "Write archc check good.arch --exit-zero\n",
    "check {} --ci": "Write archc check good.arch --format github\n",
    "check {} --budget params:5M,memory:20MB": "a limit is a flag of its own\n  Write archc check "
    "good.arch --max-params 5M --max-memory 20MB\n",
    "check {} --threshold params=5M": "Write archc check good.arch --max-params 5M\n",
    "check {} --max-gflops 2": "Write archc check good.arch --max-flops 2G\n",
    "check {} --max-memory-mb 20": "Write archc check good.arch --max-memory 20MB\n",
    "check {} --config archc.toml": "`[tool.archc]` of `pyproject.toml`, the nearest upward\n"
    "  Write archc check good.arch\n",
    "check {} --recursive": "a folder is searched with all that are in it\n",
    "check {} --fail-fast": "all mistakes are told\n  Write archc check good.arch\n",
    "check {} --since main": "`archc diff` compares with an earlier revision\n",
    "build {} --class-name Foo": "the class is called as the network is\n  Write archc build good.",
    "compare {} --against vgg16": "all stand in a row\n  Write archc compare good.arch vgg16\n",
    "sizes {} --max 512": "from the smallest on\n  Write archc sizes good.arch\n",
    "check {} --set wide": "it is written --set NAME=VALUE, and no network here has a parameter "
    "`wide`\n  For example archc check good.arch --set width=16\n",
    "check {} --set widht --batch 8": "archc check good.arch --batch 8 --set width=16\n",
    "check {} --set width=[2": "write --set 'width=[2]'\n",
    "check {} --set width=(2,3)": "write --set 'width=[2, 3]'\n",
    "check {} --set width=range(3": "write --set 'width=range(3)'\n",
    "check {} --set width==8": "write --set 'width=8'\n",
    "check {} --set width=8,depth=3": "write --set width=8 --set depth=3\n",
    "check {} --ignore W001": "codes are words here, as in --ignore unused-parameter\n",
    "check {} --select E501,F": "codes are words here, as in --select unused-parameter\n",
    "check {} --ignore unused": "named one by one: unused-arm, unused-name and unused-parameter\n",
    "check {} --ignore all": "warnings are left out by their codes, and errors never\n",
    "check {} --select warnings": "all are told where none is selected\n",
    "build {} -o good.arch": "Write archc build good.arch --output good.py\n",
    "report {} -o good.arch": "Write archc report good.arch --output good.html\n",
    "check {} -o good.arch --format csv": "archc check good.arch --output good.csv --format csv\n",
    "diagram {} -o good.arch --format svg": "archc diagram good.arch --output good.svg --format",
    "fmt {} -o good.arch": "it writes the file itself\n  Write archc fmt good.arch\n",
    "compare {} vgg16 -o good.arch": "Write archc compare good.arch vgg16 > good-2.arch\n",
    "show vgg16 -o good.arch": "Write archc show vgg16 > good-2.arch\n",
    "check *.arch": "a shell replaces where it is not quoted; did you mean `.`?\n",
    "explain {} conv1": "did you mean `stem`?\n  Write archc explain good.arch stem\n",
}


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    Path("good.arch").write_text(SPEC)
    return "good.arch"


@pytest.mark.parametrize("line", SLIPS)
def test_a_slip_is_put_right(archc: Run, file: str, line: str) -> None:
    before = sorted(Path.cwd().iterdir())
    done = archc(*line.format(file).split())
    assert (done.status, done.out) == (2, "")
    assert SLIPS[line] in done.err
    assert sorted(Path.cwd().iterdir()) == before


PROPOSED = re.compile(
    r"^  (?:Write |Then |For example )?archc (.*)$|`archc ([^`]* [^`]*)`", re.MULTILINE
)


@pytest.mark.parametrize("line", SLIPS)
def test_what_is_proposed_is_accepted(archc: Run, file: str, line: str) -> None:
    """The commands of a message are run: none is answered with what is wrong in it."""
    Path("old.arch").write_text(SPEC)
    for path in ("deep", "out"):
        Path(path).mkdir()
    told = archc(*line.format(file).split()).err
    for words in PROPOSED.findall(told):
        typed, _, into = (words[0] or words[1]).partition(" > ")
        argv = shlex.split(typed.partition(" < ")[0])
        if argv[0] == "import" or "git:HEAD:good.arch" in argv:
            continue
        if "png" in argv:  # which no text stream takes
            argv += ["-o", "good.png"]
        stdin = SPEC if "-" in argv else None
        done = archc(*argv, stdin=stdin)
        assert done.status != 2, (argv, done.err)
        if into:
            Path(into).write_text(done.out)


def test_a_state_that_is_kept_is_not_written_over(archc: Run, file: str) -> None:
    Path("good.json").write_text("{}")
    told = archc("diff", file).err
    assert "good.arch --format json > good-2.json\n  archc diff good-2.json good.arch\n" in told


def test_what_would_be_refused_is_not_proposed() -> None:
    hint = "Write archc check vgg16 --depht 3\nIt is so\nWrite archc draw vgg16\narchc list"
    assert gated(hint) == "Write archc check vgg16 --depth 3\nIt is so\narchc list"


@pytest.mark.parametrize("layer", ["conv1", "0"])
def test_a_layer_of_several_networks_is_named_with_one_of_them(
    archc: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, layer: str
) -> None:
    monkeypatch.chdir(tmp_path)
    text = "".join(f"network {name} {{ input 3x8x8; conv 4 3x3; relu }}\n" for name in ("A", "B"))
    Path("two.arch").write_text(text)
    done = archc("explain", "two.arch", layer)
    assert done.status == 2
    assert "Write archc explain two.arch:A 0\n" in done.err
    assert archc("explain", "two.arch:A", "0").status == 0
    assert "  `A` has 0, 1\n  `B` has 0, 1\n" in archc("explain", "two.arch", "xyz").err


def test_a_layer_of_a_block_is_named_where_it_is_called(archc: Run, tmp_path: Path) -> None:
    text = "block Basic { conv1: conv 4 1x1; relu }\nnetwork N { input 4x8x8; stage: { Basic } }\n"
    (tmp_path / "blocks.arch").write_text(text)
    done = archc("explain", tmp_path / "blocks.arch", "basic.conv1")
    assert done.status == 2
    assert "did you mean `stage.0.conv1`?\n" in done.err
    assert "blocks.arch stage.0.conv1\n" in done.err


WORDS = {
    "good.arch Good": "Write archc check good.arch:Good\n",
    "good.arch width=10": "Write archc check good.arch --set width=10\n",
    "good.arch json": "Write archc check good.arch --format json\n",
    "good.arch build": "Write archc build good.arch\n",
    "https://a.org/b.arch": "Write curl -LO https://a.org/b.arch && archc check b.arch\n",
}


@pytest.mark.parametrize("words", WORDS)
def test_a_word_that_is_no_path_is_put_where_it_belongs(archc: Run, file: str, words: str) -> None:
    done = archc("check", *words.split())
    assert done.status == 2
    assert WORDS[words] in done.err


FOLDERS = {
    "check net/good.arch": "did you mean `nets/good.arch`?\n",
    "check net/deep/low.arch": "did you mean `nets/deep/low.arch`?\n",
    "check ./nests/good.arch:Good": "did you mean `./nets/good.arch:Good`?\n",
    "check net/*.arch --quiet": "`net/*.arch`; did you mean `nets`?\n  Write archc check nets --q",
    "check nets/**/*.arch": "where it is not quoted; did you mean `nets`?\n",
    "check net/bad.arch": "there is no folder `net`; did you mean `nets`?\n",
    "check nosuch/*.arch": "no folder `nosuch`\n  Folders with specs here: models, nets\n",
    "check nets/no/good.arch": "no folder `nets/no`\n  Folders with specs there: nets/deep\n",
    "check net": "did you mean `nets`?\n",
}


@pytest.mark.parametrize("line", FOLDERS)
def test_a_missing_folder_is_told_with_what_is_near(archc: Run, file: str, line: str) -> None:
    for path in ("nets/good.arch", "nets/deep/low.arch", "models/other.arch", ".git/x.arch"):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(SPEC)
    done = archc(*line.split())
    assert (done.status, done.out) == (2, "")
    assert FOLDERS[line] in done.err


OWN = "block Unit(planes) { conv planes 3x3 }\nnetwork N { input 3x8x8; Unit 4; Unit 8 }\n"


def test_what_a_block_is_given_is_told_apart_from_parameters(archc: Run, tmp_path: Path) -> None:
    path = tmp_path / "own.arch"
    path.write_text(OWN)
    for word in ("plane", "planes"):
        told = archc("check", path, "--set", f"{word}=32").err
        assert "`planes` is a parameter of the block `Unit`, which is given it in line 2\n" in told
    told = archc("check", path, "--set", "classes=7").err
    assert "none here; it would have one as `network N(classes = 7) {` in line 2\n" in told
    told = archc("check", path, "--set", "classes").err
    assert "NAME=VALUE, and no network here has parameters\n" in told


MODULE = "from torch import nn\n\nclass Net(nn.Module):\n    pass\n"
KINDS = {
    "net.py": (MODULE.encode(), "Write archc import torch net.py:Net --input 3x224x224"),
    "net.onnx": (b"\x08\x07\xff", "Write archc import onnx net.onnx\n"),
    "net.pt2": (b"PK\x03\x04\x00\xff", "Write archc import torch net.pt2\n"),
    "net.pth": (b"PK\x03\x04\x00\xff", "Name the class that they were saved from"),
    "vgg16-397923af.pth": (
        b"PK\x03\x04\x00\xff",
        "Write archc import torch torchvision.models:vgg16",
    ),
    "net.html": (b"<p>", "`net.html` is a page, not a spec"),
    "net.arch": (b"\x00\x01\xff", "`net.arch` is no text, not a spec"),
}


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("verb", ["check", "build", "report", "diagram", "explain", "fmt"])
def test_a_file_of_another_kind_is_named_with_what_takes_it(
    archc: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, verb: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_bytes(KINDS[name][0])
    done = archc(verb, name, *(["layer"] if verb == "explain" else []))
    assert done.status == 2
    assert KINDS[name][1] in done.err


@pytest.mark.parametrize("name", ["net.py", "net.onnx", "net.pth"])
def test_a_model_that_is_not_there_may_be_one_of_a_like_name(
    archc: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    missing = f"nett{Path(name).suffix}"
    gone = archc("import", "torch", missing).err
    assert gone.startswith(f"error: there is no file `{missing}`")
    assert "did you mean" not in gone
    Path(name).write_bytes(KINDS[name][0])
    done = archc("import", "torch", missing)
    assert done.err.startswith(f"error: there is no file `{missing}`; did you mean `{name}`?\n")
    assert KINDS[name][1] in done.err


def test_a_spec_may_be_called_otherwise(archc: Run, file: str) -> None:
    for name in ("net.txt", "net.py", "net.md"):
        Path(name).write_text(SPEC)
        assert archc("check", name).status == 0


@pytest.mark.parametrize("size", ["3x64x48", "1x32x32", "3xHxW"])
def test_other_sizes_of_the_same_axes_are_no_slip(archc: Run, file: str, size: str) -> None:
    assert archc("check", file, "--input", size).status == 0


def test_products_may_be_called_as_they_are_or_not_at_all(archc: Run, file: str) -> None:
    for name in ("net.py", "net", "net.txt"):
        assert archc("build", file, "-o", name).status == 0
        assert "class Good" in Path(name).read_text()


def test_build_and_check_tell_the_same_cure(archc: Run, file: str) -> None:
    Path(file).write_text(MISTAKEN)
    told = archc("build", file).err
    assert "= help: " in told
    assert told == archc("check", file, "-q").out


def test_a_unit_apart_from_its_number(archc: Run, tmp_path: Path) -> None:
    (tmp_path / "good.arch").write_text(SPEC, encoding="utf-8")
    done = archc("check", tmp_path / "good.arch", "--max-params", "5", "M")
    assert done.status == 2
    assert "good.arch --max-params 5M" in done.err


def test_one_shape_for_inputs_of_different_channels(archc: Run, tmp_path: Path) -> None:
    text = "network N { input a 3x8x8; input b 2x8x8; from a; concat { identity; from b } }\n"
    (tmp_path / "two.arch").write_text(text, encoding="utf-8")
    done = archc("check", tmp_path / "two.arch", "--input", "3x16x16")
    assert done.status == 2
    assert "does not fit `b`, which is 2x8x8; write --input a=3x16x16,b=2x16x16" in done.err
