"""The edge to browsers and REST clients: parse, call the engine, translate. Nothing is decided here.

It must not parse facts, touch the store, check passwords, draw, start processes or threads, or read the environment;
it must not know eventlet, in whose worker it runs: what takes CPU time belongs into the engine.
"""

from backend.web.app import create_app

__all__ = ["create_app"]
