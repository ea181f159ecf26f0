"""The demo network: the embedded default, described in network.toml, with the facts that its routers gave.

`generate` builds the network in namespaces and collects the facts again.

Must not: be imported by any other package; the facts are read like those of every other network. The facts are never
edited by hand.
"""
