"""Tools for scripts, with the words that scripts have: `reachability`, `visualize`, `packet-counts`.

They parse, call what `tsimsh` calls, and print; they must not decide anything either.
"""
