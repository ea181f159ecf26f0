"""Words for people: they match everything."""

from backend.sim.netfilter.match.checks import Compile, each_option, yes

MATCHES: dict[str, Compile] = {"comment": each_option({"--comment": lambda _, __: yes})}
