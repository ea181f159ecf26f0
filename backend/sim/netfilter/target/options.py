"""The options of a target by their names."""

from collections.abc import Mapping

from backend.model.firewall import Target

Options = Mapping[str, tuple[str, ...]]


class UnreadError(ValueError):
    """An option or value that nobody here knows: what the rule does is not known."""


def options_of(target: Target, known: frozenset[str]) -> Options:
    for option in target.options:
        if option.name not in known or option.negated:
            raise UnreadError(f"{target.name}: {option.name} is not known here")
    return {option.name: option.values for option in target.options}


def value(options: Options, name: str) -> str | None:
    """None where the option is not said."""
    if name not in options:
        return None
    if len(options[name]) != 1:
        raise UnreadError(f"{name} has {len(options[name])} values")
    return options[name][0]
