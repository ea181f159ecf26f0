from backend.sim.netfilter.sets.compiled import UNCERTAIN, content_after
from backend.sim.netfilter.sets.keyed import Keyed
from tests.sim.netfilter.sets.build import sets


def test_whom_a_set_takes() -> None:
    made = sets("create s hash:ip,port family inet6\ncreate p bitmap:port range 0-9\n")
    assert made["s"].takes(6, 2)
    assert made["s"].takes(6, 3)
    assert not made["s"].takes(6, 1)
    assert not made["s"].takes(4, 2)
    assert made["p"].takes(4, 1)
    assert made["p"].takes(6, 1)


def test_what_rules_have_changed() -> None:
    made = sets("create s hash:ip\nadd s 10.0.0.1\n")["s"]
    assert content_after(made, {("other", ("10.0.0.1",)): False}) is made.content
    assert content_after(made, {("s", UNCERTAIN): True}) is None
    content = content_after(made, {("s", ("10.0.0.1",)): False, ("s", ("10.0.0.2",)): True})
    assert isinstance(content, Keyed)
    assert content.member(("10.0.0.1",)) is None
    assert content.member(("10.0.0.2",)) is not None
