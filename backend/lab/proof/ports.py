"""The ports on which a machine has to listen, so that what is translated is answered as well. Pure."""

import re
from collections.abc import Iterable, Iterator

from backend.model.address import Family
from backend.model.firewall import Option
from backend.model.flow import Service
from backend.model.network import Router

TRANSLATED = re.compile(r":(\d+)(?:-(\d+))?(?:/\d+)?$")
"""At the end of `10.0.0.1:8000-8010` and `[2001:db8::1]:80`."""
MOST = 64
"""Of a range, the first so many."""


def translated_services(routers: Iterable[Router], family: Family, services: Iterable[Service]) -> Iterator[Service]:
    """What these services may be by the rules of the routers; they themselves are not among it."""
    protocols = dict.fromkeys(service.protocol for service in services if service.port)
    for port in dict.fromkeys(port for router in routers for port in _ports(router, family)):
        yield from (Service(protocol, port) for protocol in protocols)


def _ports(router: Router, family: Family) -> Iterator[int]:
    ruleset = router.firewall.ipv4 if family == 4 else router.firewall.ipv6
    for table in ruleset.tables if ruleset is not None else ():
        for rule in (rule for chain in table.chains for rule in chain.rules):
            if rule.target is not None and rule.target.name == "DNAT":
                for option in rule.target.options:
                    yield from _of_option(option, family)


def _of_option(option: Option, family: Family) -> Iterator[int]:
    for value in option.values if option.name == "--to-destination" else ():
        found = TRANSLATED.search(value if family == 4 else value.partition("]")[2])
        if found is not None:
            first = int(found[1])
            yield from range(first, min(int(found[2] or first), first + MOST - 1, 65535) + 1)
