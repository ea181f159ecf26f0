"""What the kernel says of packets: netfilter's trace events, and what goes in and out of every device.

Must not: know what a rule, a route or a probe is for. It says what happened, and whether something was missed.
"""
