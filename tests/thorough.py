"""How often a test repeats what chance decides: a share in `make test`, all of it in `make thorough`."""

import os


def times(thorough: int, share: int) -> int:
    return thorough if "THOROUGH" in os.environ else share
