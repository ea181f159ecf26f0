"""Which texts and numbers a database can hold, whatever people ask for."""

INTEGER = (1 << 31) - 1
BIG_INTEGER = (1 << 63) - 1


def is_text(value: str) -> bool:
    """PostgreSQL keeps no NUL, and none keeps half of a surrogate pair: nothing of such a name can be there."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in value


def bounded(value: int, most: int = BIG_INTEGER) -> int:
    """The nearest number from 0 to `most`."""
    return min(max(value, 0), most)
