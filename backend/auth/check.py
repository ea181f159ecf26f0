"""The question to PAM itself. It may take long, and modules of the machine do it: so each in a process of its own."""

import pwd
from collections.abc import Callable

import pam

from backend.auth.groups import groups_of
from backend.auth.protocol import Answer, Question

Check = Callable[[Question], Answer]

# _pam_types.h of Linux-PAM. All other codes are troubles: nobody looked at the password.
AUTH_ERR, USER_UNKNOWN, MAXTRIES, NEW_AUTHTOK_REQD, ACCT_EXPIRED, PERM_DENIED = 7, 10, 11, 12, 13, 6
REFUSALS = (PERM_DENIED, AUTH_ERR, USER_UNKNOWN, MAXTRIES, NEW_AUTHTOK_REQD, ACCT_EXPIRED)


def warm_up() -> None:
    """What is loaded and looked for once: python-pam asks ldconfig where libpam is."""
    pam.pam()


def checked(question: Question, service: str) -> Answer:
    """A right password of an account that has expired, or whose password has, is refused like a wrong one: who should
    be told the difference can sign in at the machine.
    """
    if not _can_be_asked(question):
        return Answer()
    asked = pam.pam()
    if asked.authenticate(question.username, question.password, service=service, resetcreds=False):
        return _known(question.username)
    if asked.code in REFUSALS:
        return Answer()
    reason = asked.reason.decode() if isinstance(asked.reason, bytes) else asked.reason
    return Answer(trouble=f"PAM service {service}: {reason} (code {asked.code})")


def _can_be_asked(question: Question) -> bool:
    """No empty password is right, whatever a service allows (`nullok` in pam_unix(8))."""
    try:
        text = question.username.encode() + question.password.encode()
    except UnicodeEncodeError:
        return False
    return bool(question.username and question.password) and b"\0" not in text


def _known(name: str) -> Answer:
    groups = groups_of(name)
    if groups is None:
        return Answer(trouble="PAM found the password right of a user whom the machine does not know")
    return Answer(True, pwd.getpwnam(name).pw_name, groups)
