import pytest

from backend.sim.netfilter.connection import Connection, Tuple
from tests.sim.netfilter.match.asking import meeting, said

ONE_WAY = Tuple(6, 1, 2, 3, 4)
PLAIN = Connection(ONE_WAY, ONE_WAY.turned)
LABELLED = Connection(ONE_WAY, ONE_WAY.turned, labels=frozenset((5,)))


@pytest.mark.parametrize(
    ("options", "connection", "expected"),
    [
        ("--label 5", LABELLED, True),
        ("! --label 5", LABELLED, False),
        ("--label 6", LABELLED, False),
        ("! --label 6", LABELLED, True),
        ("--label 6 --set", LABELLED, True),
        ("! --label 6 --set", LABELLED, False),
        ("--label 5", None, False),
        ("! --label 5 --set", None, True),
        ("--label bulk", LABELLED, "? connlabel: label bulk (names of labels are not in the facts)"),
        ("--set", LABELLED, "? connlabel: set (--label expected)"),
    ],
)  # fmt: skip
def test_labels(options: str, connection: Connection | None, expected: bool | str) -> None:
    assert said(f"-m connlabel {options}", meeting("tcp", connection=connection)) == expected


def test_a_label_that_was_set_is_there_for_what_follows() -> None:
    met = meeting("tcp state=NEW", connection=PLAIN)
    assert said("-m connlabel --label 7", met) is False
    assert said("-m connlabel --label 7 --set", met) is True
    assert said("-m connlabel --label 7", met) is True
    assert PLAIN.labels == frozenset()


@pytest.mark.parametrize(
    ("rule", "packet", "expected"),
    [
        ("-m helper --helper ftp", "tcp state=NEW", False),
        ("-m helper ! --helper ftp", "tcp state=NEW", True),
        ("-m helper --helper ftp", "tcp state=RELATED", "helper: ftp"),
        ("-m helper --helper ftp", "icmp state=RELATED", False),
        ("-m connlimit --connlimit-above 0", "tcp state=NEW", True),
        ("-m connlimit --connlimit-upto 0", "tcp state=NEW", False),
        ("-m connlimit ! --connlimit-above 0", "tcp state=NEW", False),
        ("-m connlimit --connlimit-above 5 --connlimit-mask 24", "tcp state=NEW", "connlimit: above 5, mask 24"),
        ("-m connlimit --connlimit-mask 24", "tcp", "? connlimit: mask 24 (--connlimit-upto or -above expected)"),
    ],
)  # fmt: skip
def test_helpers_and_limits(rule: str, packet: str, expected: bool | str) -> None:
    assert said(rule, meeting(packet, connection=PLAIN)) == expected


@pytest.mark.parametrize(
    ("range_", "direction", "mode", "packet", "expected"),
    [
        ("--connbytes 0:5", "both", "packets", "tcp state=NEW", True),
        ("--connbytes 1", "original", "packets", "tcp state=NEW", True),
        ("--connbytes 2", "original", "packets", "tcp state=NEW", False),
        ("--connbytes 1:1", "reply", "packets", "tcp state=NEW", False),
        ("! --connbytes 0:5", "both", "packets", "tcp state=NEW", False),
        ("! --connbytes 5:5", "both", "packets", "tcp state=NEW", False),
        ("--connbytes 100:", "both", "bytes", "tcp state=NEW length=100", True),
        ("--connbytes 101:", "both", "avgpkt", "tcp state=NEW length=100", False),
        ("--connbytes 1:", "both", "bytes", "tcp state=NEW", "connbytes: 1:, mode bytes, dir both"),
        ("--connbytes 1:", "both", "packets", "tcp state=ESTABLISHED", "connbytes: 1:, mode packets, dir both"),
    ],
)
def test_counters(range_: str, direction: str, mode: str, packet: str, expected: bool | str) -> None:
    text = f"-m connbytes {range_} --connbytes-mode {mode} --connbytes-dir {direction}"
    assert said(text, meeting(packet, connection=PLAIN)) == expected
    assert said(text, packet) is False
