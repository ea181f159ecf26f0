"""Runs probes in labs and joins what was watched into answers: path, verdict, and the rule that decided.

Must not: work out what a rule does to a packet. It is read from what the kernel did.
"""
