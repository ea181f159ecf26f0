"""What netfilter does with a packet at each hook of a router: rules, chains, sets, connections and translations.

Everything is compiled once, when a network is; then each packet is asked with a `Meeting`. An answer is yes, no or a
`Doubt` that says on what it depends: nothing is ever ignored or widened in silence.
"""
