"""Real sockets in the machines of a lab: what sends, what answers, and what came of it.

Must not: know rules or verdicts, or wait for what can be seen to have happened.
"""
