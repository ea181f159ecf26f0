"""Processes that work for the engine: templates, which have loaded something once, and what they fork.

    template = await Template.start("network", NetworkTask("facts"), timeout_s=30)
    worker = await template.fork("testing", job)
    async for said in worker.said(): …
    pool = Pool(template, "answering", size=2)
    answer = await pool.ask(question, deadline_s=5)

What is imported here runs on the engine's loop: it never blocks it and loads nothing of what it starts. `serving`,
`child` and the works (`network`, `answering`, `testing`, `paper`) run in processes of their own.
A message never names a function, and nothing that a child says is unpickled.
"""

from backend.engine.workers.error import Why, WorkerError
from backend.engine.workers.pool import Pool
from backend.engine.workers.template import Template
from backend.engine.workers.work import Limits, NetworkTask, PaperTask
from backend.engine.workers.worker import Worker

__all__ = ["Limits", "NetworkTask", "PaperTask", "Pool", "Template", "Why", "Worker", "WorkerError"]
