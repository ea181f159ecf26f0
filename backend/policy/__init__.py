"""What a network is expected to let through and to stop, checked for whole prefixes, and what two networks decide
differently.

Addresses that nothing in a network tells apart are one *area*, ports likewise; one packet of each pair of areas is
asked, and the answer is that of all. Where something looks at addresses in a way that areas do not follow, it is said.

Must not: do I/O, or decide a packet's fate, which is for `sim`.
"""
