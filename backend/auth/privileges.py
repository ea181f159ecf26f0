"""What the process gives up before it is asked anything: being root, memory that others may see, new rights."""

import ctypes
import grp
import os
import pwd
import resource

PR_SET_PDEATHSIG, PR_GET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 1, 2, 4, 38  # prctl(2)
SHADOW = "/etc/shadow"
_libc = ctypes.CDLL(None, use_errno=True)


def give_up() -> None:
    """Root becomes nobody in group shadow. An ordinary user keeps what he has, which may be that group too; without it,
    pam_unix needs its helper unix_chkpwd, which no process may run that is allowed no new rights.
    """
    is_root = os.geteuid() == 0
    if is_root:
        _become_nobody()
    if is_root or can_read_hashes():
        _prctl(PR_SET_NO_NEW_PRIVS, 1)
    _prctl(PR_SET_DUMPABLE, 0)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def can_read_hashes() -> bool:
    return os.access(SHADOW, os.R_OK, effective_ids=True)


def _become_nobody() -> None:
    ends_with_parent = ctypes.c_int()
    _libc.prctl(PR_GET_PDEATHSIG, ctypes.byref(ends_with_parent))
    parent = os.getppid()
    nobody = pwd.getpwnam("nobody")
    os.setgroups([grp.getgrnam("shadow").gr_gid])
    os.setresgid(nobody.pw_gid, nobody.pw_gid, nobody.pw_gid)
    os.setresuid(nobody.pw_uid, nobody.pw_uid, nobody.pw_uid)
    if ends_with_parent.value:  # the kernel forgets it with a change of credentials (commit_creds in kernel/cred.c)
        _prctl(PR_SET_PDEATHSIG, ends_with_parent.value)
        if os.getppid() != parent:
            os._exit(1)


def _prctl(option: int, value: int) -> None:
    if _libc.prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl {option}: {os.strerror(ctypes.get_errno())}")
