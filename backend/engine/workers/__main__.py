"""`python -m backend.engine.workers DESCRIPTOR`: a template, of the kind that it is told through that socket."""

from backend.engine.workers.serving import Loaded, run


def network(task: bytes) -> Loaded:
    from backend.engine.workers.network import load

    return load(task)


def paper(task: bytes) -> Loaded:
    from backend.engine.workers.paper import load

    return load(task)


def upload(task: bytes) -> Loaded:
    from backend.engine.workers.upload import load

    return load(task)


if __name__ == "__main__":
    run({"network": network, "paper": paper, "upload": upload})
