"""What is killed, and when. Each of these leaves an engine that runs, and jobs that all have to end well."""

import random
import signal
from collections.abc import Callable
from time import sleep

from tests.crash.family import children, gone, kill, networks, new_child, papers, step
from tests.crash.trial import DESTINATION, SOURCE, Trial
from tests.waiting import wait_for

PHASES = ("predict", "build", "services", "test", "analyze", "report")
ATTEMPTS = 20
"""To stop a process in a phase that is short."""
SETTLED_S = 0.03
"""What a process said before it was stopped has been heard and kept."""
LONGEST_S = 0.8
"""Of a job with its report, and a little more."""
Kill = Callable[[Trial, random.Random], None]


def engine_in(phase: str) -> Kill:
    def run(trial: Trial, rng: random.Random) -> None:
        held_in(trial, phase)
        some(trial, rng)
        trial.kill_engine()
        trial.engine.start()

    return run


def testing_in(phase: str) -> Kill:
    def run(trial: Trial, rng: random.Random) -> None:
        pid = held_in(trial, phase)
        some(trial, rng)
        kill(pid)

    return run


def held_in(trial: Trial, phase: str) -> int:
    """The process of a job, stopped in this phase."""
    for _ in range(ATTEMPTS):
        template = network(trial)
        known = children(template)
        kill(template, signal.SIGSTOP)
        job = trial.submit()
        kill(template, signal.SIGCONT)
        pid = new_child(template, known)
        phases = PHASES[: PHASES.index(phase) + 1]
        step(pid, lambda: trial.phase(job) not in phases[:-1])  # noqa: B023 - used at once
        sleep(SETTLED_S)
        if trial.phase(job) == phase:
            return pid
        kill(pid, signal.SIGCONT)
        list(trial.engine.watch(job))
    raise AssertionError(f"no process could be stopped in phase {phase}")


def engine_before_fork(trial: Trial, rng: random.Random) -> None:
    """The job runs, and nothing works on it yet."""
    kill(network(trial), signal.SIGSTOP)
    job = trial.submit()
    wait_for(lambda: trial.phase(job) == "predict", "its begin")
    some(trial, rng)
    trial.kill_engine()
    trial.engine.start()


def engine_queued(trial: Trial, rng: random.Random) -> None:
    """All places are taken, and others wait."""
    kill(network(trial), signal.SIGSTOP)
    jobs = [trial.submit(rng.choice(("predict", "prove"))) for _ in range(5)]
    assert trial.phase(jobs[-1]) == "queued"
    trial.kill_engine()
    trial.engine.start()


def engine_idle(trial: Trial, rng: random.Random) -> None:
    trial.submit("predict")
    trial.ended()
    trial.kill_engine()
    trial.engine.start()
    some(trial, rng)


def engine_anywhere(trial: Trial, rng: random.Random) -> None:
    some(trial, rng, 4)
    sleep(rng.uniform(0, LONGEST_S))
    trial.kill_engine()
    trial.engine.start()


def engine_twice(trial: Trial, rng: random.Random) -> None:
    """The second time while what it found is tried once more."""
    for _ in range(2):
        some(trial, rng, 2)
        sleep(rng.uniform(0, LONGEST_S / 2))
        trial.kill_engine()
        trial.engine.start()


def engine_while_it_starts(trial: Trial, rng: random.Random) -> None:
    some(trial, rng, 3)
    trial.kill_engine()
    trial.engine.begin()
    sleep(rng.uniform(0.1, 1.2))
    trial.kill_engine()
    trial.engine.start()


def engine_stopped_while_it_starts(trial: Trial, rng: random.Random) -> None:
    some(trial, rng, 3)
    trial.kill_engine()
    trial.engine.begin()
    wait_for(lambda: children(trial.engine.pid), "its first process")
    sleep(rng.uniform(0, 1.2))
    namespaces = trial.family.namespaces()
    assert trial.engine.stop() == 0
    trial.engine.client.close()
    gone(trial.family, namespaces)
    trial.engine.start()


def engine_and_template(trial: Trial, rng: random.Random) -> None:
    """At the same instant, so that neither can end the others."""
    some(trial, rng, 3)
    sleep(rng.uniform(0, LONGEST_S / 2))
    kill(network(trial))
    trial.kill_engine()
    trial.engine.start()


def drawing(trial: Trial, rng: random.Random) -> None:
    template = paper(trial)
    kill(template, signal.SIGSTOP)
    trial.submit()
    wait_for(lambda: trial.phase(trial.jobs[-1].id) == "report", "the report")
    kill(template, signal.SIGCONT)
    pid = new_child(template, set())
    some(trial, rng)
    kill(pid)


def engine_while_it_draws(trial: Trial, rng: random.Random) -> None:
    trial.submit()
    wait_for(lambda: any(map(children, papers(trial.engine.pid))), "the report")
    trial.kill_engine()
    trial.engine.start()


def network_template(trial: Trial, rng: random.Random) -> None:
    template = network(trial)
    some(trial, rng, 3)
    sleep(rng.uniform(0, LONGEST_S / 2))
    kill(template)
    some(trial, rng)


def network_template_hangs(trial: Trial, rng: random.Random) -> None:
    template = network(trial)
    some(trial, rng)
    kill(template, signal.SIGSTOP)
    some(trial, rng)


def paper_template_hangs(trial: Trial, _rng: random.Random) -> None:
    kill(paper(trial), signal.SIGSTOP)
    trial.submit()


def paper_template(trial: Trial, rng: random.Random) -> None:
    template = paper(trial)
    some(trial, rng, 3)
    sleep(rng.uniform(0, LONGEST_S / 2))
    kill(template)
    trial.submit()


def answering(trial: Trial, rng: random.Random) -> None:
    """Whoever asks does not notice."""
    for pid in sorted(children(network(trial))):
        kill(pid)
        some(trial, rng, 1)


def anything(trial: Trial, rng: random.Random) -> None:
    some(trial, rng, 3)
    sleep(rng.uniform(0, LONGEST_S / 2))
    others = sorted(trial.family.members() - {trial.engine.pid})
    kill(rng.choice(others))


KINDS: dict[str, Kill] = {
    **{f"engine in {phase}": engine_in(phase) for phase in PHASES[:-1]},
    **{f"testing in {phase}": testing_in(phase) for phase in PHASES[:-1]},
    "engine before fork": engine_before_fork,
    "engine queued": engine_queued,
    "engine idle": engine_idle,
    "engine anywhere": engine_anywhere,
    "engine twice": engine_twice,
    "engine while it starts": engine_while_it_starts,
    "engine stopped while it starts": engine_stopped_while_it_starts,
    "engine while it draws": engine_while_it_draws,
    "engine and template": engine_and_template,
    "drawing": drawing,
    "network template": network_template,
    "network template hangs": network_template_hangs,
    "paper template": paper_template,
    "paper template hangs": paper_template_hangs,
    "answering": answering,
    "anything": anything,
}


def some(trial: Trial, rng: random.Random, count: int = 2) -> None:
    """Tests of any kind."""
    for _ in range(count):
        trial.submit(rng.choice(("predict", "prove", "prove")))


def network(trial: Trial) -> int:
    """Its template, of which something has been asked."""
    trial.engine.ask("reach", question={"source": SOURCE, "destination": DESTINATION, "services": "22/tcp"})
    return max(networks(trial.engine.pid))


def paper(trial: Trial) -> int:
    """The template that draws, of which something may have to be asked before it is there."""
    if not papers(trial.engine.pid):
        trial.submit()
        wait_for(lambda: papers(trial.engine.pid), "the template of reports")
    return max(papers(trial.engine.pid))
