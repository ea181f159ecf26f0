"""A throw-away copy of a network from Linux namespaces, in which real packets and real `ip route get` are asked.

`plan` turns a network into operations as data and is pure; `apply` carries them out in a process of its own, `child`;
`lab` starts that process and runs commands in its routers. When the process ends, everything is gone.

Must not: decide a packet's fate or import the simulator, touch the namespaces, files or settings of the machine it
runs on, or leave anything behind.
"""
