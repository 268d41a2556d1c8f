"""A Python module as a tree: its records, its arithmetic and names, and its text."""
