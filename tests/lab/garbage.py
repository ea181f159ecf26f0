"""What a process that was forked must not collect."""

import os


class Opened:
    """A file of the starter, closed when it is collected, which a cycle puts off."""

    def __init__(self) -> None:
        self.itself = self
        self.descriptor = os.open(os.devnull, os.O_RDONLY)

    def __del__(self) -> None:
        os.close(self.descriptor)
