import pytest

from backend.facts.error import FactsError, LineError
from backend.facts.words import number


def test_whoever_catches_facts_errors_catches_those_of_lines() -> None:
    with pytest.raises(FactsError, match="expected a port, not 'ssh'"):
        number("ssh", "a port")
    assert issubclass(LineError, FactsError)
