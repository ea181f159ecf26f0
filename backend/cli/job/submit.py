"""`job submit`: a test joins the queue."""

import argparse

from backend.cli.command import YES, Answer, Parser, Shell, add_command, add_flow, answered, question
from backend.cli.error import FailureError
from backend.cli.job import text
from backend.cli.job.asking import ask, frames, status_of, told
from backend.cli.job.result import result_answer
from backend.cli.reach import FIELDS, SPEC, add_given, add_verbose, given


def add_submit(kinds: "argparse._SubParsersAction[Parser]") -> None:
    each = add_command(kinds, "submit", _submit, "a test that waits for its turn; prints its id", "job")
    add_flow(each)
    each.add_argument("-P", "--services", required=True, metavar="SPEC", help=SPEC)
    each.add_argument("--mode", choices=["predict", "prove"], help="by prediction only, or also by proof (default)")
    each.add_argument("--priority", choices=["low", "normal", "high"], help="default: normal")
    add_given(each)
    each.add_argument("--wait", action="store_true", help="until it has ended, and answer with its result")
    add_verbose(each)


def _submit(shell: Shell, asked: argparse.Namespace) -> Answer:
    wanted = question(asked, (*FIELDS, "mode", "priority")) | given(asked)
    _check_facts(shell)
    job = told(lambda: shell.link.ask("submit", question=wanted))
    if not asked.wait:
        return answered(asked, YES, job, lambda: str(job["id"]))
    if _waited(shell, job["id"]) != "succeeded":
        raise FailureError(text.ended_text(ask(shell, "job", job["id"])))
    return result_answer(asked, ask(shell, "result", job["id"]))


def _check_facts(shell: Shell) -> None:
    """Who named facts means those, also where the engine has others."""
    engine = told(lambda: shell.link.ask("health"))["network"]
    named = shell.who.network()
    if engine != named:
        raise FailureError(
            f"the engine has {engine} and not {named}; its facts are those of TSIM_FACTS when it started"
        )


def _waited(shell: Shell, job: str) -> str:
    """Its status at its end. It goes on, whether somebody waits or not."""
    status = ""
    try:
        for frame in frames(shell, job):
            shell.person.progress(text.frame_line(frame))
            status = status_of(frame, status)
    except KeyboardInterrupt:
        shell.person.note(f"the test goes on: job watch {job}")
        raise
    except FailureError as error:
        raise FailureError(f"{error}; the test is kept: job watch {job}") from None
    finally:
        shell.person.clear()
    return status
