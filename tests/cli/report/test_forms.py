import json

import pytest

from backend.cli.error import UsageError
from backend.cli.report.forms import FORMS, drawn, form_of
from tests.cli.report.results import result

BEGINS = {"pdf": b"%PDF-", "svg": b"<svg ", "png": b"\x89PNG", "csv": b"\xef\xbb\xbfservice,port", "json": b"{"}


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_what_it_says(form: str) -> None:
    assert drawn(result(), form).startswith(BEGINS[form])


def test_the_ending_says_the_form_unless_it_is_named() -> None:
    assert form_of("a.PDF", None) == "pdf"
    assert form_of("-", "svg") == "svg"
    for file in ("a", "a.doc"):
        with pytest.raises(UsageError, match="--format does"):
            form_of(file, None)


def test_one_service_alone() -> None:
    assert b"443/tcp" in drawn(result(), "svg", service="443/tcp")
    assert len(drawn(result(), "pdf", service="443/tcp")) < len(drawn(result(), "pdf"))
    for form in ("pdf", "png"):
        with pytest.raises(UsageError, match="9/tcp"):
            drawn(result(), form, service="9/tcp")
    with pytest.raises(UsageError, match="no service"):
        drawn({**result(), "services": [], "prediction": None}, "svg")


def test_nothing_is_lost_as_json() -> None:
    assert json.loads(drawn(result(), "json")) == result()
