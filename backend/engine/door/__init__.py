"""The engine's socket: who comes in, what they ask in turn, how much anybody may have of it.

It must not know what can be asked: calls are handed in. `protocol` beside this package is its language.
"""
