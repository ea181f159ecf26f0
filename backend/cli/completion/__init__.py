"""What a word that is being typed may become: commands, options and their choices, and names that the network has.

It must not start an engine: who only presses a key asks for nothing.
"""
