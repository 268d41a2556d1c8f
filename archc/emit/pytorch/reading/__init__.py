"""What is known before a line is written: runs, numbers that say themselves, classes to be."""
