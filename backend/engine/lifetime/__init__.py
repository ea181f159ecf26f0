"""How the engine's process begins and ends: started by whoever needs it, told to a supervisor, gone when nobody asks.

It must not know what the engine does meanwhile.
"""
