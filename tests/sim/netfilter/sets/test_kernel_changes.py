"""The kernel is the referee of target SET: one packet is added to a set or deleted from it and asked for at once."""

import pytest

from backend.model.address import Family
from backend.model.firewall import Target
from backend.sim.netfilter.answer import Answer
from backend.sim.netfilter.meeting import Meeting
from backend.sim.netfilter.sets.match import compile_set_match
from backend.sim.netfilter.sets.target import compile_set_target
from tests.sim.netfilter.sets.build import rule, scope
from tests.sim.netfilter.sets.dice import Dice, has_type, kinds
from tests.sim.netfilter.sets.referee import DEVICES, Sender, add_rule, leaving, network, run

pytestmark = [pytest.mark.root, pytest.mark.serial]
ROUNDS = 8
PACKETS = 12


def change(dice: Dice) -> str:
    option = dice.random.choice(("--add-set", "--add-set", "--del-set"))
    exist = " --exist" if option == "--add-set" and dice.chance(0.4) else ""
    return f"-j SET {option} {dice.random.choice('sssl')} {dice.flags()}{exist}"


def walked(texts: list[str], saved: str, met: Meeting) -> Answer:
    """What the last rule says after all the others."""
    made = scope(saved, met.packet.family)
    *before, last = (rule(text) for text in texts)
    for each in before:
        assert each.target is not None
        compile_set_target(each.target, made)(met)
    return compile_set_match(last.matches[0], made)(met)


@pytest.mark.parametrize(("kind", "family"), kinds())
def test_what_a_rule_changes_the_next_one_sees(kind: str, family: Family) -> None:
    if not has_type(kind):
        pytest.skip(f"the kernel has no {kind}")
    dice = Dice(f"changes {kind} {family}", family)
    for _ in range(ROUNDS):
        with network():
            saved = dice.created(kind)
            entries = "".join(f"{line}\n" for line in saved.splitlines() if line.startswith(("add s ", "add p ")))
            texts = [change(dice) for _ in range(dice.random.choice((1, 1, 2, 3)))]
            texts.append(f"-m set --match-set {dice.random.choice('sssl')} {dice.flags()} -j DROP")
            for text in texts:
                add_rule(family, text)
            sender = Sender(family)
            for _ in range(PACKETS):
                run("ipset", "restore", text=f"flush s\nflush p\n{entries}")
                met = leaving(dice.packet(), dice.random.choice(DEVICES))
                answer = walked(texts, saved, met)
                assert answer is sender.is_dropped(met), (texts, saved, met.packet, met.oif, met.changed_sets)
            sender.close()


@pytest.mark.parametrize("family", [4, 6])
def test_a_mark_from_a_set(family: Family) -> None:
    dice = Dice(f"marks {family}", family)
    marked = 0
    for _ in range(ROUNDS):
        with network():
            saved = dice.marked()
            target = rule(f"-j SET --map-set {dice.random.choice('sl')} {dice.flags()} --map-mark").target
            assert target is not None
            for text in (target_text(target), "-m mark --mark 0x1/0x3 -j DROP"):
                add_rule(family, text, "mangle")
            sender = Sender(family)
            for _ in range(PACKETS * 4):
                met = leaving(dice.packet(), dice.random.choice(DEVICES))
                wanted = sender.is_dropped(met)
                assert compile_set_target(target, scope(saved, family))(met) is None
                assert (met.packet.mark & 3 == 1) is wanted, (saved, target, met.packet)
                marked += met.packet.mark > 0x21
            sender.close()
    assert marked


def target_text(target: Target) -> str:
    return " ".join(("-j SET", *(" ".join((option.name, *option.values)) for option in target.options)))
