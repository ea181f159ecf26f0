"""The simulator: what Linux does with a packet, as pure functions of (network, flow).

A network is compiled once (`compile_network`) and then asked as often as wanted (`trace`, `reach`).

Must not: do I/O, read a clock, keep state between questions, or import anything but `model`. It never guesses in
silence: what the facts do not say is an assumption step or the verdict `unknown`.
"""

from backend.sim.network import CompiledNetwork, compile_network
from backend.sim.reach import Question, reach
from backend.sim.walk import trace

__all__ = ["CompiledNetwork", "Question", "compile_network", "reach", "trace"]
