"""What all classes together tell: which are the same, what each takes, a family's members."""
