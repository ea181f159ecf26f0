"""The REST surface under /api/v1, a module with a list ROUTES for each area. A view calls the engine and translates; it
never decides who may do what.
"""
