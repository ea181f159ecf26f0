"""What survives a restart: the database and the secrets kept beside it.

It knows SQL and the files of the state directory. It must not know HTTP, routing or job logic, nor decide who may do
what. The database is never opened in the web worker: the engine asks it, as password checks cost CPU time.
"""
