"""The one error of this package."""


class StoreError(Exception):
    """The store cannot be used, or not so; the text says which file, server or value and why."""

    def __init__(self, text: str, is_passing: bool = False) -> None:
        super().__init__(text)
        self.is_passing = is_passing
        """Whether trying again may help: a full disk, a lock, a server that is away."""
