"""`python -m archc`."""

import os
import sys

if not sys.flags.safe_path and sys.path and sys.path[0] == os.getcwd():
    del sys.path[0]  # a spec's folder brings no modules: `jinja2.py` beside it is not imported

from archc.cli import run

run()
