"""Hostile and random input, for as long as one likes. Each module is a program: `python -m tests.fuzz.NAME` runs for
FUZZ_SECONDS and ends with a status other than 0, and what made it fail, when it has found something."""
