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

from backend.engine.workers.child import Channel
from backend.engine.workers.serving import Loaded, run
from backend.lab.error import LabError
from backend.lab.kernel.namespace import leave

HANDED: list[bytes] = []


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
        "descriptors": sorted(int(each) for each in os.listdir("/proc/self/fd")),
        "session": os.getsid(0) == os.getpid(),
        "threads": threading.active_count(),
        "interrupt": signal.getsignal(signal.SIGINT) == signal.SIG_IGN,
        "term": signal.getsignal(signal.SIGTERM) == signal.SIG_DFL,
        "files": resource.getrlimit(resource.RLIMIT_NOFILE),
        "collects": gc.isenabled(),
    }
    channel.send(repr(found).encode())


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
    if task.startswith(b"exit"):
        sys.exit(3)
    works = (echo, tells, large, floods, grows, breaks, dies, rubbish, hands_back, state, lab, busy, busy_saying)
    return Loaded({work.__name__: work for work in works}, b'"ready"', HANDED.append)


if __name__ == "__main__":
    run({"works": load})
