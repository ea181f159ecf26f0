"""A lab that a person plays in: one process owns the lab of the whole network until it is told to end, and a shell asks
it for hosts, services, pings and traces.

Must not: tell which rule decides, or wait in one answer while others are asked for.
"""
