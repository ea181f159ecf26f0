"""The groups of a user, as the machine has them: no password and no right is needed to ask for them."""

import grp
import os
import pwd


def groups_of(name: str) -> tuple[str, ...] | None:
    """None where the machine knows no such user."""
    try:
        user = pwd.getpwnam(name)
    except KeyError:
        return None
    names = map(_name, os.getgrouplist(user.pw_name, user.pw_gid))
    return tuple(name for name in names if name is not None)


def _name(number: int) -> str | None:
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return None  # a number without a name gives no role
