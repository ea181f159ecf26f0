"""tsim: which rule on which router decides whether this host reaches that service.

Imports run downwards only: cli, web -> engine -> jobs -> lab, report, sim -> facts, store -> wire -> model.
`sim` and `lab` never import each other, only `bootstrap` names concrete stores and engines, only `config`
reads the environment and only `wsgi` and `gunicorn_config` know eventlet.
"""
