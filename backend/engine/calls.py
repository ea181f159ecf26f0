"""What the engine can be asked: each call by name, as a function from its parameters to a JSON-ready value.

What only people who have signed in may ask has the id of their session in the parameter `session`.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import Any, Protocol

import msgspec
from msgspec import Raw, Struct

from backend.engine.calling import Call, in_thread
from backend.engine.protocol import Code, EngineError
from backend.model.diagnostic import Diagnostic
from backend.model.flow import Flow
from backend.model.network import Network
from backend.model.trace import Trace
from backend.wire.question import QuestionError, read_question
from backend.wire.topology import network_document, topology_document
from backend.wire.trace import trace_document

Answer = Callable[[Mapping[str, Any]], object]
QUESTIONS = 4
"""So many are answered at once."""
PASSWORD_CHECKS = 2
PASSWORD_QUEUE = 8
"""Who may wait for that; more would take the places of those who ask something else."""


class User(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def role(self) -> str: ...


class Sessions(Protocol):
    def begin(self, name: str) -> str: ...
    def user(self, id_: str) -> User | None: ...
    def end(self, id_: str) -> None: ...


class Answers(Struct, frozen=True):
    """What stands behind the calls, handed in by bootstrap."""

    network: Network
    diagnostics: Sequence[Diagnostic]
    predict: Callable[[Flow, str | None], Trace]
    """The trace of a flow, which starts at the named router when there is one."""
    authenticated: Callable[[str, str], User | None]
    sessions: Sessions


def calls(answers: Answers) -> Mapping[str, Call]:
    """As the server wants them: what blocks in threads, and passwords in others than questions."""
    questions = ThreadPoolExecutor(QUESTIONS, "question")
    passwords = ThreadPoolExecutor(PASSWORD_CHECKS + PASSWORD_QUEUE + 1, "password")
    known = calls_of(answers)
    threaded = {name: in_thread(each, passwords if name == "sign_in" else questions) for name, each in known.items()}
    return threaded | {"health": lambda _, params: known["health"](params)}


def calls_of(answers: Answers) -> Mapping[str, Answer]:
    # Both are the same for every request, so they are written once.
    networks = _written({"networks": [network_document(answers.network, answers.diagnostics)]})
    topology = _written(topology_document(answers.network, answers.diagnostics))
    return {
        "health": lambda _: {"status": "ready", "pid": os.getpid()},
        "networks": _for_users(answers.sessions, lambda _: networks),
        "topology": _for_users(answers.sessions, lambda _: topology),
        "trace": _for_users(answers.sessions, _trace(answers)),
        "sign_in": _sign_in(answers),
        "sign_out": _sign_out(answers.sessions),
        "session": lambda params: _document(_user(answers.sessions, params)),
    }


def _written(document: object) -> Raw:
    return Raw(msgspec.json.encode(document))


def _user(sessions: Sessions, params: Mapping[str, Any]) -> User:
    id_ = params.get("session")
    user = sessions.user(id_) if isinstance(id_, str) else None
    if user is None:
        raise EngineError(Code.DENIED, "The session has ended: sign in again.")
    return user


def _document(user: User) -> dict[str, Any]:
    return {"username": user.name, "role": user.role}


def _for_users(sessions: Sessions, call: Answer) -> Answer:
    def guarded(params: Mapping[str, Any]) -> object:
        _user(sessions, params)
        return call(params)

    return guarded


def _trace(answers: Answers) -> Answer:
    def trace(params: Mapping[str, Any]) -> object:
        question = params.get("question")
        if not isinstance(question, dict):
            raise EngineError(Code.BAD_VALUE, "question should be an object")
        try:
            flow, gateway = read_question(answers.network, question)
        except QuestionError as error:
            raise EngineError(Code.BAD_VALUE, str(error), error.field) from error
        return trace_document(answers.predict(flow, gateway))

    return trace


def _sign_in(answers: Answers) -> Answer:
    """A password check takes 64 MiB and a core for its time, so few run at once and few wait."""
    checks = BoundedSemaphore(PASSWORD_CHECKS)
    places = BoundedSemaphore(PASSWORD_CHECKS + PASSWORD_QUEUE)

    def sign_in(params: Mapping[str, Any]) -> object:
        name, password = params.get("username"), params.get("password")
        if not isinstance(name, str) or not isinstance(password, str):
            raise EngineError(Code.BAD_VALUE, "username and password should be text")
        if not places.acquire(blocking=False):
            raise EngineError(Code.BUSY, "Too many people sign in just now; try again in a moment.")
        try:
            with checks:
                user = answers.authenticated(name, password)
        finally:
            places.release()
        if user is None:
            raise EngineError(Code.DENIED, "The username or the password is wrong.")
        return _document(user) | {"session": answers.sessions.begin(user.name)}

    return sign_in


def _sign_out(sessions: Sessions) -> Answer:
    def sign_out(params: Mapping[str, Any]) -> object:
        _user(sessions, params)
        sessions.end(params["session"])
        return None

    return sign_out
