"""An emulated FMC: HTTPS with a CA of its own, answers shaped as those of 6.7, 7.2 and 10.0."""
