"""How one speaks to the kernel: netlink as bytes (pure), its sockets, and the system calls for namespaces.

Must not: know what a lab is, or what is built and asked.
"""
