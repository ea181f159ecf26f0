"""`job show` and `job watch`: how far a test is, now and to its end."""

import argparse

from backend.cli.command import FAILURE, YES, Answer, Shell, answered
from backend.cli.job import text
from backend.cli.job.asking import ask, frames, status_of


def show(shell: Shell, asked: argparse.Namespace) -> Answer:
    job = ask(shell, "job", asked.job)
    return answered(asked, YES, job, lambda: text.show_text(job))


def watch(shell: Shell, asked: argparse.Namespace) -> Answer:
    status = ""
    for frame in frames(shell, asked.job):
        shell.person.say(text.frame_json(frame) if asked.json else text.frame_line(frame))
        status = status_of(frame, status)
    return Answer(YES if status == "succeeded" else FAILURE)
