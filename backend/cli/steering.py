"""The command `engine`: how the daemon is, and what a person may have it do. It never starts one."""

import argparse
import os
import pwd
import select
import signal
from collections.abc import Callable
from typing import Any

from backend.cli.command import NO, YES, Answer, Command, Parser, Shell, add_command, answered
from backend.cli.error import FailureError
from backend.cli.text import counted
from backend.cli.who import Document
from backend.engine.protocol import Code, EngineError

ENDING_S = 30.0
"""Tests that run have their grace, and then what they found is kept."""
EXITS = "exit codes: 0 done, 1 no engine is running, 2 wrong use, 3 failure"


def register(commands: "argparse._SubParsersAction[Parser]") -> None:
    engine = commands.add_parser("engine", prog="engine", help="the daemon: how it is, reload, stop", epilog=EXITS)
    kinds = engine.add_subparsers(required=True, metavar="status|metrics|reload|cleanup|stop", parser_class=Parser)
    _add(kinds, "status", _status, "whether it runs, on which facts, and what it does")
    _add(kinds, "metrics", _metrics, "what it has counted since its start")
    _add(kinds, "reload", _reload, "read the facts again; tests that run go on with those before")
    _add(kinds, "cleanup", _cleanup, "remove what is older than it may be, now")
    _add(kinds, "stop", _stop, "end it, with its grace for tests that run; the next question starts it again")


def _add(kinds: "argparse._SubParsersAction[Parser]", name: str, command: Command, purpose: str) -> None:
    add_command(kinds, name, _where_it_runs(command), purpose, "engine")


def _where_it_runs(command: Command) -> Command:
    def run(shell: Shell, asked: argparse.Namespace) -> Answer:
        try:
            shell.link.ask_running("health")
        except EngineError as error:
            if error.code != Code.UNAVAILABLE:
                raise FailureError(str(error)) from None
            reason = str(error)
            return answered(asked, NO, {"running": False, "reason": reason}, lambda: reason)
        return command(shell, asked)

    return run


def _ask(shell: Shell, call: str) -> Document:
    try:
        document: Document = shell.link.ask_running(call)
    except EngineError as error:
        raise FailureError(str(error)) from None
    return document


def _status(shell: Shell, asked: argparse.Namespace) -> Answer:
    document = {"running": True, **_ask(shell, "health"), "metrics": _ask(shell, "metrics")}
    return answered(asked, YES, document, lambda: status_text(document))


def status_text(status: Document) -> str:
    metrics = status["metrics"]
    jobs = metrics["jobs"]
    ended = ", ".join(f"{count} {word}" for word, count in jobs["ended"].items()) or "none"
    lines = [
        f"the engine is {status['status']}: process {status['pid']}, for {_duration(metrics['uptime_s'])}",
        f"  network    {status['network']}",
        f"  tests      {jobs['waiting']} waiting, {jobs['running']} running; ended since its start: {ended}",
        f"  takes      {metrics['memory_bytes'] / 1e6:.0f} MB, {counted(metrics['descriptors'], 'open file')}",
    ]
    return "\n".join([*lines, *(f"  {name:<10} {said}" for name, said in status["checks"].items() if said != "ok")])


def _duration(seconds: float) -> str:
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def _metrics(shell: Shell, asked: argparse.Namespace) -> Answer:
    metrics = _ask(shell, "metrics")
    return answered(asked, YES, metrics, lambda: "\n".join(_named(metrics)))


def _named(values: Document, before: str = "") -> list[str]:
    lines = []
    for name, value in values.items():
        lines += _named(value, f"{before}{name}.") if isinstance(value, dict) else [f"{before}{name} {value}"]
    return lines


def _reload(shell: Shell, asked: argparse.Namespace) -> Answer:
    before = _ask(shell, "health")["network"]
    document = {"before": before, **_ask(shell, "reload")}
    is_same = document["active"] == before
    return answered(asked, YES, document, lambda: f"{document['active']} {'is still' if is_same else 'is now'} active")


def _cleanup(shell: Shell, asked: argparse.Namespace) -> Answer:
    removed = _ask(shell, "cleanup")
    return answered(asked, YES, removed, lambda: cleanup_text(removed))


def cleanup_text(removed: Document) -> str:
    counts = [(name.removesuffix("_removed"), count) for name, count in removed.items() if name.endswith("_removed")]
    what = ", ".join(f"{count} {name}" for name, count in counts if count)
    return f"removed: {what}; {removed['bytes_freed'] / 1e6:.1f} MB" if what else "nothing is older than it may be"


def _stop(shell: Shell, asked: argparse.Namespace) -> Answer:
    pid = _ask(shell, "health")["pid"]
    end(pid, lambda: _ask(shell, "health")["pid"] == pid)
    document = {"running": False, "pid": pid}
    return answered(asked, YES, document, lambda: f"the engine has ended (process {pid})")


def end(pid: int, is_it: Callable[[], Any]) -> None:
    """As systemd would. `is_it` is asked when the process is held, so that its number can be nobody else's."""
    try:
        owner = os.stat(f"/proc/{pid}").st_uid
        handle = os.pidfd_open(pid)
    except OSError as error:  # it has ended, or /proc hides the processes of others
        raise FailureError(f"the engine, process {pid}, cannot be seen from here: {error.strerror}") from None
    try:
        if owner != os.geteuid():
            raise FailureError(f"the engine, process {pid}, belongs to {_name(owner)}, who may end it")
        if not is_it():
            raise FailureError("another engine has taken its place just now")
        signal.pidfd_send_signal(handle, signal.SIGTERM)
        if not select.select([handle], [], [], ENDING_S)[0]:
            raise FailureError(f"the engine has been told, and has not ended within {ENDING_S:g} s: process {pid}")
    finally:
        os.close(handle)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
