"""A package to pytest, too: the engine that all of its tests ask ends with the last of them."""
