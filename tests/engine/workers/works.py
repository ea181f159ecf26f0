"""`python -m tests.engine.workers.works`: a template with works that do what tests need."""

import gc
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from msgspec import structs

from backend.engine.workers.child import Channel, end_with
from backend.engine.workers.network import load as load_network
from backend.engine.workers.serving import Loaded, run
from backend.lab.build.compiled import STORE
from backend.lab.error import LabError
from backend.lab.kernel.namespace import leave

HANDED: list[bytes] = []
FEW = 64321
"""A user who has no processes."""


def echo(channel: Channel, task: bytes) -> None:
    while True:
        said = channel.receive()
        if said == b"die":
            os.kill(os.getpid(), signal.SIGKILL)
        elif said == b"crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        elif said == b"hang":
            while True:
                pass
        elif said == b"fail":
            raise LabError("cannot do it")
        elif said == b"pid":
            channel.send(b"%d" % os.getpid())
        else:
            channel.send(said)


def tells(channel: Channel, task: bytes) -> None:
    for number in range(int(task)):
        channel.send(b"%d" % number)


def large(channel: Channel, task: bytes) -> None:
    channel.send(b"x" * int(task))


def floods(channel: Channel, task: bytes) -> None:
    """So many bytes in messages of a mebibyte, as fast as they are taken."""
    for _ in range(int(task) >> 20):
        channel.send(bytes(1 << 20))


def grows(channel: Channel, task: bytes) -> None:
    channel.send(b"begins")
    kept = []
    while True:
        kept.append(bytearray(1 << 20))


def holds(channel: Channel, task: bytes) -> None:
    kept = bytearray(int(task))
    channel.send(b"holds")
    while kept:
        pass


def breaks(channel: Channel, task: bytes) -> None:
    raise ValueError("a bug")


def dies(channel: Channel, task: bytes) -> None:
    os._exit(7)


def rubbish(channel: Channel, task: bytes) -> None:
    """Bytes that are no frame."""
    end = socket.socket(fileno=os.dup(channel.fileno()))
    end.sendall(task)
    time.sleep(600)


def hands_back(channel: Channel, task: bytes) -> None:
    channel.send(b",".join(HANDED))
    channel.hand_back(task)


def state(channel: Channel, task: bytes) -> None:
    """What a process has, beside its work."""
    found = {
        "open": len([each for each in os.listdir("/proc/self/fd") if int(each) > 2]) - 1,  # the list itself is one
        "leads": os.getsid(0) == os.getpgid(0) == os.getpid(),
        "threads": threading.active_count(),
        "interrupt": signal.getsignal(signal.SIGINT) == signal.SIG_IGN,
        "terminate": signal.getsignal(signal.SIGTERM) == signal.SIG_DFL,
        "files": resource.getrlimit(resource.RLIMIT_NOFILE),
        "collects": gc.isenabled(),
        "garbage": gc.collect(),
    }
    channel.send(repr(found).encode())


def surroundings(channel: Channel, task: bytes) -> None:
    channel.send(Path("/proc/self/environ").read_bytes())


def leaves(channel: Channel, task: bytes) -> None:
    """A tool that runs."""
    channel.send(b"%d" % subprocess.Popen(["sleep", "600"]).pid)


def orphaned(channel: Channel, task: bytes) -> None:
    """Starts a process whose parent is gone before it begins."""
    parent = os.getpid()
    pid = os.fork()
    if not pid:
        os.setsid()  # else it ends with the group of who started it
        while os.getppid() == parent:
            time.sleep(0.01)
        end_with(parent)
        time.sleep(600)
    channel.send(b"%d" % pid)


def hands_rubbish(channel: Channel, task: bytes) -> None:
    reader, _ = os.pipe()
    socket.send_fds(channel.template, [b"."], [reader])
    channel.template.send(b"rubbish")


def lab(channel: Channel, task: bytes) -> None:
    """In namespaces of its own, with threads, and tools that run."""
    leave()
    for _ in range(3):
        threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
    tools = [subprocess.Popen(["sleep", "600"]) for _ in range(3)]
    channel.send(" ".join(str(tool.pid) for tool in tools).encode())
    channel.receive()


def busy(channel: Channel, task: bytes) -> None:
    """Goes into namespaces and starts tools as fast as it can."""
    leave()
    while True:
        subprocess.Popen(["sleep", "600"])
        channel.send(b".")


def busy_saying(channel: Channel, task: bytes) -> None:
    while True:
        channel.send(b".")


def take(handed: bytes) -> None:
    if handed.startswith(b"refuse"):
        raise ValueError("of no use")
    HANDED.append(handed)


def load(task: bytes) -> Loaded:
    if task.startswith(b"fail"):
        raise LabError("there are no facts")
    if task.startswith(b"bug"):
        raise ValueError("a bug")
    if task.startswith(b"hang"):
        while True:
            time.sleep(1)
    if task.startswith(b"tool"):
        Path(task[5:].decode()).write_text(str(subprocess.Popen(["sleep", "600"]).pid))
        time.sleep(600)
    if task.startswith(b"load"):
        Path(task[5:].decode()).write_text(str(os.getpid()))
        time.sleep(600)
    if task.startswith(b"exit"):
        sys.exit(3)
    if task.startswith(b"few"):
        os.setuid(FEW)
        resource.setrlimit(resource.RLIMIT_NPROC, (2, 2))  # root has no limit
    works = (
        echo, tells, large, floods, grows, holds, breaks, dies, rubbish, hands_back, hands_rubbish, state, leaves,
        orphaned, surroundings, lab, busy, busy_saying,
    )  # fmt: skip
    return Loaded({work.__name__: work for work in works}, b'"ready"', take)


def network(task: bytes) -> Loaded:
    """The real one, and how many rulesets its store has."""
    loaded = load_network(task)

    def kept(channel: Channel, task: bytes) -> None:
        channel.send(b"%d" % len(STORE._known))

    return structs.replace(loaded, works={**loaded.works, "kept": kept})


KINDS = {"works": load, "network": network}

if __name__ == "__main__":
    run(KINDS)
