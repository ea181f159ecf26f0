"""Roles by the machine's groups, looked up again from time to time: who is taken out of a group must not keep its
rights until he signs in again, and a token never does.
"""

import asyncio
import logging

from backend.engine.asked.auditing import Auditing
from backend.engine.asked.passwords import Machine
from backend.engine.asked.people import People
from backend.store.error import StoreError
from backend.store.users import PAM, Account, Users

log = logging.getLogger(__name__)
EVERY_S = 60.0
MACHINE = "the machine"
"""Who did it, in the audit."""


class Roles:
    def __init__(self, people: People, users: Users, machine: Machine, audit: Auditing) -> None:
        self._people = people
        self._users = users
        self._machine = machine
        self._audit = audit

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                await self.look()
            except StoreError as error:
                log.warning("roles are not looked up: %s", error)

    async def look(self) -> None:
        for name, role in await asyncio.to_thread(self._changed):
            self._people.forget(name)
            self._audit.note(MACHINE, "change user", f"{name}: role {role}", "", "done")

    def _changed(self) -> list[tuple[str, str]]:
        found = []
        for account in self._users.find():
            role = self._role(account)
            if role is not None and role != account.role and self._users.admitted(account.name, role) is not None:
                found.append((account.name, role))
        return found

    def _role(self, account: Account) -> str | None:
        """None: as it is."""
        if account.origin != PAM or account.has_own_role or account.is_locked:
            return None
        groups = self._machine.groups_of(account.name)
        return self._machine.groups.role(groups) if groups is not None else None
