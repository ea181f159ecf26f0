"""Which texts a database can keep."""


def is_text(value: str) -> bool:
    """PostgreSQL keeps no NUL, and none keeps half of a surrogate pair: nothing of such a name can be there."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in value
