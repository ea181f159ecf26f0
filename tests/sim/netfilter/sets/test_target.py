from backend.sim.netfilter.answer import Answer, Doubt
from backend.sim.netfilter.sets.match import compile_set_match
from backend.sim.netfilter.sets.target import compile_set_target
from tests.sim.netfilter.sets.build import rule, scope, tcp

SETS = "create s hash:ip\nadd s 10.0.0.1\ncreate m hash:net skbinfo timeout 0\nadd m 10.0.0.0/8 skbmark 0x30/0xf0\n"


def walked(*texts: str, saved: str | None = SETS) -> list[Answer | None]:
    """What each rule says to the same packet: a match yes or no, a target nothing or a doubt."""
    seen = tcp("10.0.0.1", "11.0.0.1")
    made = scope(saved)
    said: list[Answer | None] = []
    for text in texts:
        read = rule(text)
        if read.target is not None:
            said.append(compile_set_target(read.target, made)(seen))
        else:
            said.append(compile_set_match(read.matches[0], made)(seen))
    return said


def test_later_rules_know_it() -> None:
    assert walked("-m set --match-set s dst", "-j SET --add-set s dst", "-m set --match-set s dst") == [
        False,
        None,
        True,
    ]
    assert walked("-j SET --del-set s src", "-m set --match-set s src") == [None, False]
    assert walked("-j SET --add-set s dst --exist --timeout 60", "-m set ! --match-set s dst") == [None, False]


def test_another_packet_does_not() -> None:
    assert walked("-j SET --add-set s dst") == [None]
    assert walked("-m set --match-set s dst") == [False]


def test_adding_comes_before_deleting() -> None:
    assert walked("-j SET --del-set s dst --add-set s dst", "-m set --match-set s dst") == [None, False]


def test_a_mark_from_a_set() -> None:
    seen = tcp("10.0.0.1", "11.0.0.1", mark=0xFF)
    target = rule("-j SET --map-set m src --map-mark --map-prio").target
    assert target is not None
    assert compile_set_target(target, scope(SETS))(seen) is None
    assert seen.packet.mark == 0x3F
    assert walked("-j SET --map-set m src --map-prio", "-m set --match-set m src") == [None, True]


def test_what_nobody_can_say() -> None:
    assert walked("-j SET --colour red") == [Doubt("SET: --colour", is_unknown=True)]
    missing = Doubt("set x is not in the facts", is_unknown=True)
    assert walked("-j SET --add-set x src", "-m set --match-set x src") == [None, missing]
    assert walked("-j SET --map-set x src --map-mark") == [missing]
    ending = "create m hash:net skbinfo timeout 9\nadd m 10.0.0.0/8 skbmark 0x1 timeout 5\n"
    assert walked("-j SET --map-set m src --map-mark", saved=ending) == [Doubt("set m: 10.0.0.0/8 ends after 5 s")]
