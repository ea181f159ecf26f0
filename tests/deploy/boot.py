"""Run as a program: a machine with a systemd of its own. `boot.py FOLDER NAME ROOT SEED…`

ROOT is a tree that stays as it is: the machine's writes go to a memory file system over it, at FOLDER. Everything is in
namespaces and a cgroup of this process, and gone with it. Each SEED is SOURCE=TARGET: a directory that the machine can
see and not change. The number of its first process is printed, once more after each reboot. `boot.py FOLDER NAME`, when
it is gone, removes its cgroup, which is called NAME.
"""

import ctypes
import os
import shutil
import signal
import sys
from pathlib import Path
from time import monotonic, sleep
from typing import NoReturn

NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWPID, NEWNET = (1 << bit for bit in (17, 25, 26, 27, 29, 30))
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE, MNT_DETACH = (
    1, 2, 4, 8, 32, 4096, 16384, 1 << 18, 2,
)  # fmt: skip
PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
PR_SET_PDEATHSIG = 1
REBOOT = -signal.SIGHUP
"""How the first process of a namespace ends that asked for a reboot (pid_namespaces(7))."""
NAME = "tsim-machine"
DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
OF_OTHERS = (
    "getty.target", "systemd-logind.service", "dbus.service", "dbus.socket", "apt-daily.timer",
    "systemd-modules-load.service",
)  # fmt: skip
"""Units for which there is nothing here."""
TO_READ = ("proc/sys/kernel", "proc/sys/fs", "proc/sys/vm")
libc = ctypes.CDLL(None, use_errno=True)


def check(result: int, what: str) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")


def mount(source: str, target: str, kind: str = "", flags: int = 0, data: str = "") -> None:
    if not os.path.exists(target):
        Path(target).mkdir(parents=True)
    check(
        libc.mount(source.encode(), target.encode(), kind.encode() or None, flags, data.encode() or None),
        f"mount {source} at {target}",
    )


def enter_cgroup(scratch: Path, name: str) -> None:
    """A group of its own in the tree of version 2, which is the machine's whole tree."""
    mount("cgroup2", str(scratch), "cgroup2")
    group = scratch / name
    group.mkdir()
    (group / "cgroup.procs").write_text(str(os.getpid()))
    check(libc.unshare(NEWCGROUP), "unshare")
    check(libc.umount2(str(scratch).encode(), MNT_DETACH), "umount")


def remove_cgroup(work: str, name: str) -> None:
    """With whatever is still in it; groups stay as directories, also when nobody is in them."""
    check(libc.unshare(NEWNS), "unshare")
    mount("none", "/", flags=MS_REC | MS_PRIVATE)
    mount("cgroup2", work, "cgroup2")
    group = Path(work, name)
    (group / "cgroup.kill").write_text("1")
    until = monotonic() + 30
    while "populated 1" in (group / "cgroup.events").read_text() and monotonic() < until:
        sleep(0.01)
    for folder, _, _ in os.walk(group, topdown=False):
        os.rmdir(folder)


def furnish(root: str) -> None:
    """The directories that are no files of a disk."""
    mount("proc", f"{root}/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
    for each in TO_READ:  # those of the machine around it
        mount(f"{root}/{each}", f"{root}/{each}", flags=MS_BIND)
        mount("none", f"{root}/{each}", flags=MS_BIND | MS_REMOUNT | MS_RDONLY)
    mount("sysfs", f"{root}/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY)
    mount("tmpfs", f"{root}/sys/fs/cgroup", "cgroup2", MS_NOSUID | MS_NODEV | MS_NOEXEC)
    mount("tmpfs", f"{root}/dev", "tmpfs", MS_NOSUID, "mode=755")
    for name in DEVICES:  # of its own: what engines of containers do to the owner of one stays here
        own, like = f"{root}/dev/{name}", os.stat(f"/dev/{name}")
        os.mknod(own, like.st_mode, like.st_rdev)
        os.chmod(own, 0o666)
    mount("devpts", f"{root}/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=620")
    os.symlink("pts/ptmx", f"{root}/dev/ptmx")
    for name, target in (("fd", ""), ("stdin", "/0"), ("stdout", "/1"), ("stderr", "/2")):
        os.symlink(f"/proc/self/fd{target}", f"{root}/dev/{name}")
    mount("tmpfs", f"{root}/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV)
    mount("tmpfs", f"{root}/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755")
    mount("tmpfs", f"{root}/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777")


def forget_host(root: str) -> None:
    """What a machine of its own would not have: other services, a name server, somebody else's tsim."""
    units = Path(root, "etc/systemd/system")
    shutil.rmtree(units, ignore_errors=True)
    units.mkdir(parents=True)
    for unit in OF_OTHERS:
        (units / unit).symlink_to("/dev/null")
    (units / "default.target").symlink_to("/lib/systemd/system/multi-user.target")
    Path(root, "etc/machine-id").write_text("0123456789abcdef0123456789abcdef\n")
    Path(root, "etc/hostname").write_text(f"{NAME}\n")
    Path(root, "etc/hosts").unlink(missing_ok=True)
    Path(root, "etc/hosts").write_text(f"127.0.0.1 localhost {NAME}\n::1 localhost\n")
    Path(root, "usr/sbin/policy-rc.d").unlink(missing_ok=True)


def change_root(root: str) -> None:
    """To the root of the namespace, also from within a chroot: setns(2) leads to the namespace's own root."""
    os.chdir(root)
    here = os.open(".", os.O_PATH | os.O_DIRECTORY)
    own = os.open("/proc/self/ns/mnt", os.O_RDONLY)
    check(libc.setns(own, NEWNS), "setns")
    os.close(own)
    os.fchdir(here)
    os.close(here)
    check(libc.syscall(PIVOT_ROOT[os.uname().machine], b".", b"."), "pivot_root")
    check(libc.umount2(b".", MNT_DETACH), "umount of the old root")
    os.chdir("/")


def power_on(machine: str, seeds: tuple[str, ...]) -> int:
    """Returns when it has gone down, with how its first process ended."""
    check(libc.unshare(NEWNS | NEWPID | NEWUTS | NEWIPC | NEWNET), "unshare")
    child = os.fork()
    if child == 0:
        be_first(machine, seeds)
    print(child, flush=True)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def be_first(machine: str, seeds: tuple[str, ...]) -> NoReturn:
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # and with the first process goes all that is in its namespace
    furnish(machine)
    for seed in seeds:
        source, _, target = seed.partition("=")
        mount(source, f"{machine}{target}", flags=MS_BIND)
        mount("none", f"{machine}{target}", flags=MS_BIND | MS_REMOUNT | MS_RDONLY)
    check(libc.sethostname(NAME.encode(), len(NAME)), "sethostname")
    change_root(machine)
    console = os.open("/run/console", os.O_WRONLY | os.O_CREAT)
    os.dup2(console, 1)
    os.dup2(console, 2)
    os.setsid()
    environment = {"container": "tsim", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    words = ["systemd", "--show-status=no", "--log-target=journal-or-kmsg"]
    os.execve("/lib/systemd/systemd", words, environment)


def main(work: str, name: str, root: str, *seeds: str) -> None:
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    check(libc.unshare(NEWNS), "unshare")
    mount("none", "/", flags=MS_REC | MS_PRIVATE)
    mount("tmpfs", work, "tmpfs", data="mode=700,size=4g")
    for part in ("upper", "work", "root", "cgroup", "containers"):
        Path(work, part).mkdir(mode=0o755)
    enter_cgroup(Path(work, "cgroup"), name)
    machine = f"{work}/root"
    mount("overlay", machine, "overlay", 0, f"lowerdir={root},upperdir={work}/upper,workdir={work}/work")
    mount(f"{work}/containers", f"{machine}/var/lib/containers", flags=MS_BIND)  # overlays cannot lie over an overlay
    forget_host(machine)
    ended = REBOOT
    while ended == REBOOT:
        keeper = os.fork()
        if keeper == 0:
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            code = power_on(machine, seeds)
            os._exit(1 if code == REBOOT else 0)
        ended = REBOOT if os.waitstatus_to_exitcode(os.waitpid(keeper, 0)[1]) == 1 else 0


if __name__ == "__main__":
    if len(sys.argv) == 3:
        remove_cgroup(*sys.argv[1:])
    else:
        main(*sys.argv[1:])
