"""The one error of this package."""


class StoreError(Exception):
    """The store cannot be used; the text says which file or value and why."""
