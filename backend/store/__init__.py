"""What survives a restart: the database and the secrets kept beside it.

SQLite in a file by default, PostgreSQL by address: the tables and the meaning of a transaction are the same. What is
committed survives kill -9; each error says which file or server, and whether trying again may help.

It knows SQL and the files of the state directory. It must not know HTTP, routing or job logic, nor decide who may do
what. The database is never opened in the web worker: the engine asks it, as password checks cost CPU time.
"""
