"""The file around the classes: docstrings, imports, what PyTorch lacks."""
