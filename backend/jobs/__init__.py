"""Jobs: one submitted test each, with its states, phases and events as plain values and functions.

It must not know how a prediction or a proof is made, nor where jobs are kept: engines and stores are handed in.
States and queue do no I/O and read no clock; the time is an argument.
"""
