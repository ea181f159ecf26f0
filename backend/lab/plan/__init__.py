"""What a lab is made of, worked out from a network: operations as data. Pure.

Must not: touch a namespace, ask the kernel, or write an argument from the text of facts instead of a parsed value.
"""

from backend.lab.plan.planner import plan

__all__ = ["plan"]
