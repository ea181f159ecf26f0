import os
import pwd

import pytest

from backend.engine import EngineError
from tests.engine.desk import Desk
from tests.waiting import wait_for

pytestmark = pytest.mark.serial


def test_who_has_signed_in_is_known_by_the_session(desk: Desk) -> None:
    person = desk.person()
    assert person.ask("session") == {"username": person.name, "role": "user"}


@pytest.mark.parametrize("params", [{}, {"session": None}, {"session": "made up"}, {"session": "\x00é" * 500}])
def test_nobody_in_particular_is_told_to_sign_in(desk: Desk, params: dict[str, object]) -> None:
    with pytest.raises(EngineError, match="sign in again") as caught:
        desk.engine.plain("jobs", **params)
    assert caught.value.code == "denied"


def test_whoever_runs_the_engine_needs_no_session_and_may_do_everything(desk: Desk) -> None:
    owner = {"username": pwd.getpwuid(os.geteuid()).pw_name, "role": "admin"}
    assert desk.engine.ask("session") == owner


def test_a_session_says_more_than_who_runs_the_web(desk: Desk) -> None:
    """The web runs as the engine's owner, and asks for others: it never says that it asks for itself."""
    person = desk.person()
    assert person.ask("session", as_owner=False)["username"] == person.name
    with pytest.raises(EngineError, match="sign in again"):
        desk.engine.plain("session")


@pytest.mark.parametrize("call", ["reload", "lab_up", "lab_down", "cleanup"])
def test_what_is_for_administrators_is_refused_to_others(desk: Desk, call: str) -> None:
    person = desk.person()
    refused = person.refused(call)
    assert (refused.code, person.name in refused.message) == ("forbidden", True)


def test_a_session_that_was_ended_elsewhere_is_over_in_a_moment(desk: Desk) -> None:
    person = desk.person()
    person.ask("session")
    desk.end_session(person)

    def is_over() -> bool:
        try:
            person.ask("session")
        except EngineError as error:
            return error.code == "denied"
        return False

    wait_for(is_over, "the end of the session")
