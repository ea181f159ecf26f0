"""Everybody at once, for as long as one likes, and nothing is larger at the end: `python -m tests.soak 30`."""
