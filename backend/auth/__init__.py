"""The process that says whether a password of the machine is right (PAM), and of which groups its user is.

It is of its own so that nobody else has to be able to read the machine's hashes: it runs in the group shadow, as no
other part does, answers one question for each connection to the engine alone, and knows nothing else. It must not open
the network, a database or a file of tsim's, and never writes a password down. It imports no other package but config.
"""
