"""What depends on time, rate, memory or contents: both outcomes are possible, and the doubt says which match."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from backend.model.firewall import Match, Rule
from backend.sim.netfilter.answer import Answer, Check, Doubt
from backend.sim.netfilter.match.checks import Compile, always, in_words, known_options, no, only, option_of, yes
from backend.sim.netfilter.match.transport import FLAGS
from backend.sim.netfilter.scope import Scope
from backend.sim.netfilter.values import number

if TYPE_CHECKING:
    from backend.sim.netfilter.meeting import Meeting

OPTIONS: Mapping[str, frozenset[str]] = {
    "bpf": frozenset(("--bytecode", "--object-pinned")),
    "cpu": frozenset(("--cpu",)),
    "hashlimit": frozenset(
        f"--hashlimit{end}"
        for end in (
            "", "-upto", "-above", "-burst", "-mode", "-srcmask", "-dstmask", "-name", "-htable-size", "-htable-max",
            "-htable-expire", "-htable-gcinterval", "-rate-match", "-rate-interval",
        )
    ),
    "ipvs": frozenset(("--ipvs", "--vproto", "--vaddr", "--vport", "--vdir", "--vmethod", "--vportctl")),
    "limit": frozenset(("--limit", "--limit-burst")),
    "nfacct": frozenset(("--nfacct-name",)),
    "quota": frozenset(("--quota",)),
    "rateest": frozenset(
        f"--rateest{end}"
        for end in (
            "", "1", "2", "-delta", "-lt", "-gt", "-eq", "-bps", "-pps", "-bps1", "-bps2", "-pps1", "-pps2",
        )
    ),
    "string": frozenset(("--algo", "--from", "--to", "--string", "--hex-string", "--icase")),
    "time": frozenset(
        (
            "--datestart", "--datestop", "--timestart", "--timestop", "--monthdays", "--weekdays", "--contiguous",
            "--kerneltz", "--utc", "--localtz",
        )
    ),
}  # fmt: skip
UNBOUND = ("--contiguous", "--kerneltz", "--utc", "--localtz")
END_OF_TIME = ("2038-01-19T03:14:07",)
"""What iptables-save prints where no end was given."""
OSF_OPTIONS = frozenset(("--genre", "--ttl", "--log"))
RECENT_OPTIONS = frozenset(
    (
        "--set", "--rcheck", "--update", "--remove", "--seconds", "--reap", "--hitcount", "--rttl", "--name",
        "--rsource", "--rdest", "--mask",
    )
)  # fmt: skip
STATISTIC_OPTIONS = frozenset(("--mode", "--probability", "--every", "--packet"))


def _open(match: Match, _: Rule, __: Scope) -> Check:
    known_options(match, OPTIONS[match.module])
    return always(Doubt(in_words(match)))


def _time(match: Match, rule: Rule, scope: Scope) -> Check:
    """Without a bound it is always the time."""
    check = _open(match, rule, scope)
    is_bound = any(option.name not in UNBOUND and option.values != END_OF_TIME for option in match.options)
    return check if is_bound else yes


def _recent(match: Match, _: Rule, __: Scope) -> Check:
    """`--set` remembers the address and says yes, whether or not it was remembered before (xt_recent.c)."""
    known_options(match, RECENT_OPTIONS)
    remembers = option_of(match, "--set")
    if remembers is None:
        return always(Doubt(in_words(match)))
    return no if remembers.negated else yes


def _statistic(match: Match, _: Rule, __: Scope) -> Check:
    """Sure only at the ends: a probability of 0 or 1, every packet (xt_statistic.c)."""
    known_options(match, STATISTIC_OPTIONS)
    probability, every = option_of(match, "--probability"), option_of(match, "--every")
    if probability is not None and float(only(probability)) in (0, 1):
        return always((float(only(probability)) == 1) is not probability.negated)
    if every is not None and number(only(every)) == 1:
        return always(not every.negated)
    return always(Doubt(in_words(match)))


def _osf(match: Match, _: Rule, __: Scope) -> Check:
    """Looks at what has SYN set only (nf_osf_hdr_ctx_init in net/netfilter/nfnetlink_osf.c)."""
    known_options(match, OSF_OPTIONS)
    unsaid = Doubt(in_words(match))

    def check(meeting: "Meeting") -> Answer:
        flags = meeting.packet.content.flags
        return False if flags is not None and not flags & FLAGS["SYN"] else unsaid

    return check


MATCHES: dict[str, Compile] = {
    **dict.fromkeys(OPTIONS, _open),
    "time": _time,
    "recent": _recent,
    "statistic": _statistic,
    "osf": _osf,
}
