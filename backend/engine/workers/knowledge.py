"""What a network template knows, and all that it forks with it."""

from msgspec import Struct

from backend.lab.plan.survey import Survey
from backend.model.network import Network
from backend.sim import CompiledNetwork


class Knowledge(Struct, frozen=True):
    network: Network
    compiled: CompiledNetwork
    survey: Survey
