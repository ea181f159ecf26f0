"""The vocabulary: frozen values for everything the product talks about.

Every other package speaks in these words: networks, routers, interfaces, segments, routes, policy rules, chains,
rules, sets, flows, hops, steps, traces, verdicts. IPv4 and IPv6 stand side by side everywhere.

Must not: do I/O, parse command output (that is `facts`), decide a packet's fate (that is `sim`), or import any
other package of the backend.
"""
