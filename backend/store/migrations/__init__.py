"""How the tables of older versions become those of `schema.py`, step by step. A step, once released, never changes."""
