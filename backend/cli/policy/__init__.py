"""The commands `check` and `diff`: what is expected of a network, and what changes between two."""
