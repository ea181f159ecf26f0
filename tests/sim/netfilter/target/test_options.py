import pytest

from backend.model.firewall import Option, Target
from backend.sim.netfilter.target.options import UnreadError, options_of, value


def test_options_are_found_by_their_names() -> None:
    options = options_of(
        Target("MARK", (Option("--set-mark", ("1",)), Option("--random"))), frozenset(("--set-mark", "--random"))
    )
    assert value(options, "--set-mark") == "1"
    assert value(options, "--xor-mark") is None
    assert "--random" in options


@pytest.mark.parametrize("option", [Option("--frobnicate", ("1",)), Option("--set-mark", ("1",), negated=True)])
def test_an_option_that_nobody_knows_is_told(option: Option) -> None:
    with pytest.raises(UnreadError, match=f"MARK: {option.name} is not known here"):
        options_of(Target("MARK", (option,)), frozenset(("--set-mark",)))


@pytest.mark.parametrize("values", [(), ("1", "2")])
def test_an_option_has_one_value(values: tuple[str, ...]) -> None:
    with pytest.raises(UnreadError, match=f"--set-mark has {len(values)} values"):
        value({"--set-mark": values}, "--set-mark")
