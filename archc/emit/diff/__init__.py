"""What changed between two states of networks: found in `changes`, written by the other files.

Both sides are objects of the JSON contract, so that a file written by `archc check --format json`
serves as well as a spec.
"""
