import pytest

from backend.lab.build import tool
from backend.lab.build.tool import Said

pytestmark = [pytest.mark.root, pytest.mark.serial]


def test_it_works_in_the_namespace_on_what_it_is_given(namespace: int) -> None:
    assert tool.run(namespace, ["ipset", "restore"], "create a hash:ip\n") == Said(0)
    assert tool.run(namespace, ["ipset", "restore"], "add a 10.0.0.1\n").is_done
    assert not tool.run(namespace, ["ipset", "restore"], "add b 10.0.0.1\n").is_done


def test_what_it_says_is_told_without_the_advice_for_people(namespace: int) -> None:
    said = tool.run(namespace, ["iptables-legacy-restore"], "*filter\n-A INPUT -m nonsense\nCOMMIT\n")
    assert "Couldn't load match `nonsense'" in said.errors
    assert said.errors.endswith("Error occurred at line: 2")


def test_one_that_is_not_there_hangs_or_is_killed_is_named(namespace: int) -> None:
    assert tool.run(namespace, ["no-such-tool"], "") == Said(-1, "no-such-tool is not installed", is_broken=True)
    assert tool.run(namespace, ["sleep", "60"], "", 0.1) == Said(-1, "sleep took longer than 0.1 s", True)
    killed = tool.run(namespace, ["sh", "-c", "kill -9 $$"], "")
    assert killed.errors == "sh ended by signal 9"
    assert not killed.is_done


def test_one_that_does_not_read_all_of_its_input_is_no_error_of_ours(namespace: int) -> None:
    assert tool.run(namespace, ["true"], "x" * (1 << 20)).is_done
