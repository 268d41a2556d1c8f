"""The text around actions in both methods: conditions, loops, merges, at last the class."""
