"""From what routers print about themselves to the vocabulary of `model`.

A directory of facts files goes in, a network and a list of diagnostics come out. One line that cannot be understood
never stops the rest of its file, and one bad file never stops the others; both are named with file, section and line.

Must not: decide a packet's fate (that is `sim`), guess what the facts do not say (missing firewall facts stay missing,
with the reason), or touch the world outside of `directory`, which reads files, and `collect`, which speaks ssh.
"""

from backend.facts.directory import Reading, read_directory
from backend.facts.error import FactsError

__all__ = ["FactsError", "Reading", "read_directory"]
