"""What one kind of page says about a stored result."""

from collections.abc import Callable

from backend.report.layout.sheet import Sheet
from backend.report.reading import as_json, printed
from backend.report.result import Result, Service, read_result
from tests.report.layout.sheets import all_texts, sheet
from tests.report.results import read


def result(name: str) -> Result:
    return read_result(as_json(read(name)), printed)


def proved(name: str, number: int = 0) -> Service:
    proof = result(name).proof
    assert proof is not None
    return list(proof.whole())[number]


def said(put: Callable[[Sheet], None]) -> str:
    used = sheet()
    put(used)
    return " ".join(all_texts(used))
