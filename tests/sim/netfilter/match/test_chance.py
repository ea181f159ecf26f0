import pytest

from tests.sim.netfilter.match.asking import said


@pytest.mark.parametrize(
    ("match", "doubt"),
    [
        ("limit --limit 5/min --limit-burst 7", "limit: 5/min, burst 7"),
        (
            "hashlimit --hashlimit-upto 5/sec --hashlimit-mode srcip --hashlimit-name ssh",
            "hashlimit: upto 5/sec, mode srcip, name ssh",
        ),
        ("statistic --mode random ! --probability 0.5", "statistic: mode random, not probability 0.5"),
        ("statistic --mode nth --every 3 --packet 0", "statistic: mode nth, every 3, packet 0"),
        ("quota --quota 1000", "quota: 1000"),
        ("recent --rcheck --seconds 60 --name bad --rsource", "recent: rcheck, seconds 60, name bad, rsource"),
        ("recent ! --update --name bad", "recent: not update, name bad"),
        ("time --timestart 08:00 --weekdays Mon,Tue", "time: timestart 08:00, weekdays Mon,Tue"),
        ('string --algo bm --string "GET /"', "string: algo bm, GET /"),
        ("cpu --cpu 1", "cpu: 1"),
        ("nfacct --nfacct-name web", "nfacct: name web"),
        ('bpf --bytecode "1,6 0 0 1"', "bpf: bytecode 1,6 0 0 1"),
        ("ipvs --vaddr 10.0.0.1/32 --vport 80", "ipvs: vaddr 10.0.0.1/32, vport 80"),
        ("rateest --rateest eth0 --rateest-bps 5 --rateest-gt", "rateest: eth0, bps 5, gt"),
        ("osf --genre Linux --ttl 0", "osf: genre Linux, ttl 0"),
    ],
)  # fmt: skip
def test_what_neither_packet_nor_facts_decide(match: str, doubt: str) -> None:
    assert said(f"-m {match}", "tcp") == doubt
    assert said(f"-s 10.9.9.9 -m {match}", "tcp") is False
    assert str(said(f"-m {match} --warp", "tcp")).endswith("(option --warp is not known)")


@pytest.mark.parametrize(
    ("match", "packet", "expected"),
    [
        ("recent --set --name bad", "tcp", True),
        ("recent ! --set --name bad", "tcp", False),
        ("statistic --mode random --probability 1.0", "tcp", True),
        ("statistic --mode random --probability 0", "tcp", False),
        ("statistic --mode random ! --probability 0", "tcp", True),
        ("statistic --mode nth --every 1", "tcp", True),
        ("statistic --mode nth ! --every 1", "tcp", False),
        ("osf --genre Linux", "tcp flags=16", False),
        ("osf ! --genre Linux", "tcp flags=16", False),
        ("osf ! --genre Linux", "tcp flags=2", "osf: not genre Linux"),
        ("time", "tcp", True),
        ("time --datestop 2038-01-19T03:14:07 --kerneltz", "tcp", True),
        ("time --datestop 2030-01-19", "tcp", "time: datestop 2030-01-19"),
        ("quota --quota x", "tcp", "quota: x"),
        ("statistic --mode random --probability x", "tcp", None),
    ],
)
def test_what_is_sure_all_the_same(match: str, packet: str, expected: bool | str | None) -> None:
    answer = said(f"-m {match}", packet)
    assert answer == expected if expected is not None else str(answer).startswith("? statistic")
