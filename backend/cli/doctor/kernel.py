"""Whether a lab can be built here, with rules, sets and the trace of what decides: for the engine, which need not be
allowed what this user is, and where there is no engine, for this user.
"""

from collections.abc import Iterator, Sequence

import msgspec
from msgspec import Struct

from backend.cli.doctor.finding import Finding, note, well, wrong
from backend.config import Config
from backend.engine import Client, EngineError
from backend.lab.error import LabError
from backend.lab.trial import LIMIT_S, SETS, Trial, tried

NAMESPACES = (
    "run as root, or allow user namespaces: sysctl -w kernel.unprivileged_userns_clone=1 (Debian), "
    "kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu), user.max_user_namespaces=10000"
)


class Told(Struct, frozen=True):
    """By the engine."""

    trial: Trial | None = None
    error: str = ""


def look(config: Config) -> Iterator[Finding]:
    told, who = _told(config), "the engine"
    if told is None:
        told, who = _tried(), "this user"
    if told.trial is None:
        yield wrong("namespaces", f"{who} cannot build a lab: {told.error}", NAMESPACES)
        return
    yield well("namespaces", f"{who} can build a lab, {told.trial.right}")
    yield _rules(told.trial.backend, told.trial.refusals)
    yield _sets(told.trial.sets)


def _told(config: Config) -> Told | None:
    """None: it does not answer that, to this user."""
    client = Client(config.engine_socket, connections=1)
    try:
        return msgspec.json.decode(client.call("lab_trial", {"as_owner": True}, LIMIT_S), type=Told)
    except EngineError:
        return None
    finally:
        client.close()


def _tried() -> Told:
    try:
        return Told(tried())
    except LabError as error:
        return Told(error=str(error))


def _rules(backend: str | None, refusals: Sequence[str]) -> Finding:
    if backend is None:
        text = f"no rules with a trace can be loaded: {'; '.join(refusals)}"
        mend = "apt-get install iptables; as root: modprobe -a ip_tables ip6_tables xt_TRACE nf_tables nfnetlink_log"
        return wrong("rules", text, mend)
    return well("rules", f"iptables-{backend} loads them, and the kernel traces packets through them")


def _sets(refused: dict[str, str]) -> Finding:
    if not refused:
        return well("sets", "all types of ipset exist")
    first = next(iter(refused.values()))
    if len(refused) == len(SETS) or "not installed" in first:
        return wrong("sets", f"no set can be made: {first}", "apt-get install ipset; as root: modprobe ip_set")
    text = f"this kernel lacks sets of {', '.join(refused)}: rules with them are predicted, not proved"
    return note("sets", text, "as root: modprobe the modules of these, or take another kernel")
