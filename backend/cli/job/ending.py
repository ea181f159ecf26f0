"""`job cancel` and `job remove`: no more of a test."""

import argparse

from backend.cli.command import NO, YES, Answer, Shell, answered
from backend.cli.job import text
from backend.cli.job.asking import ask


def cancel(shell: Shell, asked: argparse.Namespace) -> Answer:
    job = ask(shell, "cancel", asked.job)
    iscancelled = job["status"] == "cancelled"
    more = "" if iscancelled else ", so there is nothing to cancel"
    return answered(asked, YES if iscancelled else NO, job, lambda: text.ended_text(job) + more)


def remove(shell: Shell, asked: argparse.Namespace) -> Answer:
    document = ask(shell, "remove", asked.job)
    is_gone = bool(document["removed"])
    text = f"job {asked.job} is {'removed' if is_gone else 'gone already'}"
    return answered(asked, YES if is_gone else NO, document, lambda: text)
