"""Requests that are made of the OpenAPI description, and some that it does not allow; what it promises of answers is
checked. `python -m tests.fuzz.web` goes on with as many as one likes.
"""

from collections import Counter
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.web.real import QUESTION, Town

SLOW = ("sessions", "login", "users", "reload", "password", "activate", "cleanup")
"""What of a path says that an answer takes long: passwords are hashed, facts are read."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
KNOWN = {"source": "10.0.1.50", "destination": "10.0.2.50", "source_ip": "10.0.1.50", "dest_ip": "10.0.2.50"}


class Generated:
    """How many there were, by status."""

    def __init__(self, town: Town) -> None:
        load_all_checks()
        self.statuses: Counter[int] = Counter()
        self._town = town
        self._schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", town.app)
        name = town.person("admin")
        self._headers = {"Authorization": f"Bearer {town.token(name)}"}
        job = town.job(town.bearer(name))
        network = town.engine.plain("health")["network"]
        self._values = {"job": job, "run_id": job, "id": job, "network": network, "router": "gw-a", "user": name}

    def run(self, each: int, start: int = 0) -> None:
        """So many requests of each kind."""
        for found in self._schema.get_all_operations():
            assert isinstance(found, Ok), found
            operation = found.ok()
            count = max(each // 10, 4) if any(word in operation.path for word in SLOW) else each
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                self._ask(operation, mode, count // 2, start)

    def _ask(self, operation: Any, mode: GenerationMode, count: int, start: int) -> None:
        cases = operation.as_strategy(generation_mode=mode)

        @seed(start)
        @settings(
            max_examples=count, deadline=None, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck), derandomize=False,
        )  # fmt: skip
        @given(cases, st.booleans())
        def ask(case: Any, is_known: bool) -> None:
            if is_known:
                self._fill(case)
            answer = case.call(headers=self._headers)
            self.statuses[answer.status_code] += 1
            checks = CHECKS if is_known else [*CHECKS, negative_data_rejection]
            case.validate_response(answer, checks=checks, headers=self._headers)

        try:
            ask()
        except Unsatisfiable:  # what takes nothing cannot be asked for wrongly
            if mode is GenerationMode.POSITIVE:
                raise

    def _fill(self, case: Any) -> None:
        """With what there is, so that more comes back than that there is nothing."""
        for where in (case.path_parameters, case.query):
            for name in where or {}:
                where[name] = self._values.get(name, where[name])
        if isinstance(case.body, dict):
            case.body.update({name: value for name, value in KNOWN.items() if name in case.body})
            if "services" in case.body:
                case.body["services"] = QUESTION["services"]
            if case.operation.path.endswith("/jobs"):
                case.body["mode"] = "predict"
