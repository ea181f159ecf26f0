from contextlib import closing
from pathlib import Path

from backend.engine.asked.auditing import Auditing
from backend.engine.asked.passwords import Groups, Machine
from backend.engine.asked.people import People
from backend.engine.asked.roles import Roles
from backend.store.audit import Audit
from backend.store.database import open_database
from backend.store.sessions import Sessions
from backend.store.tokens import Tokens
from backend.store.users import Change, Users
from tests.engine.desk import QUICK
from tests.engine.running.stage import on_loop

GROUPS: dict[str, tuple[str, ...]] = {}


@on_loop
async def test_who_leaves_or_enters_the_group_has_the_other_role_without_signing_in(tmp_path: Path) -> None:
    with closing(open_database(tmp_path / "db")) as database:
        users, audit = Users(database, QUICK), Auditing(Audit(database))
        people = People(Sessions(database), Tokens(database), audit)
        told: list[str] = []
        people.listeners.append(told.append)
        machine = Machine(lambda *_: None, Groups("wheel"), GROUPS.get)
        roles = Roles(people, users, machine, audit)
        users.add("local", "correct horse", "admin")
        for name, role in (
            ("leaves", "admin"),
            ("enters", "user"),
            ("set", "admin"),
            ("gone", "admin"),
            ("stays", "admin"),
        ):
            users.admitted(name, role)
        users.change("set", Change(role="admin", has_own_role=True))
        GROUPS.update(leaves=(), enters=("wheel",), set=(), stays=("wheel",), local=())
        await roles.look()
        await roles.look()
        assert {account.name: account.role for account in users.find()} == {
            "leaves": "user", "enters": "admin", "set": "admin", "gone": "admin", "stays": "admin", "local": "admin",
        }  # fmt: skip
        assert sorted(told) == ["enters", "leaves"], "who serves them asks again who they are"
