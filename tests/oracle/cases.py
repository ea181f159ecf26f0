"""Random routers with random firewalls, each with the packets that are tried on it."""

from random import Random

from msgspec import Struct, structs

from backend.facts.description import read_description
from backend.model.network import Network
from tests.oracle.equipment import Equipment
from tests.oracle.exchanges import Exchange
from tests.oracle.grounds import Ground
from tests.oracle.packets import Packets
from tests.oracle.rulesets import Firewall

DOUBTFUL = frozenset(("statistic", "limit", "quota", "connbytes", "connlimit", "time"))
"""What a packet does not decide."""


class Case(Struct, frozen=True):
    text: str
    """The description of a network with one router."""
    exchanges: tuple[Exchange, ...]

    @property
    def network(self) -> Network:
        return read_description(self.text, "case")


def random_case(seed: int, count: int, equipment: Equipment) -> Case:
    """`count`: of exchanges, each with one packet or more."""
    ground = Ground(Random(seed))
    text = ground.text(Firewall(ground, equipment).text)
    return Case(text, tuple(Packets(ground, text).exchanges(count)))


def steady(equipment: Equipment) -> Equipment:
    """Without what may answer otherwise another time."""
    return structs.replace(equipment, matches={family: names - DOUBTFUL for family, names in equipment.matches.items()})
