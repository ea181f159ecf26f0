import pytest

from backend.policy.error import PolicyError
from backend.policy.expectation import Ports
from backend.policy.reading import read_policy

POLICY = """\
names:
  office: [10.1.1.0/24, hq-srv1]
  everybody: [office, 10.2.0.0/16]
policy:
  - 10.1.0.0/16 must not reach 10.3.20.0/24 on tcp/3306
  - everybody must reach br-pc1 on https,53/udp, by way of hq-gw, br-gw
  - name: mail
    from: everybody
    to: [a, b]
    must not reach: [25/tcp, 465/tcp]
    source port: 1024
"""


def test_sentences_and_fields_say_the_same() -> None:
    first, second, third = read_policy(POLICY)
    assert (first.sources, first.destinations, first.is_to_reach) == (("10.1.0.0/16",), ("10.3.20.0/24",), False)
    assert first.services == (Ports("tcp", 3306, 3306),)
    assert second.sources == ("10.1.1.0/24", "hq-srv1", "10.2.0.0/16")
    assert (second.via, second.line) == (("hq-gw", "br-gw"), 6)
    assert (third.destinations, third.source_port, third.title) == (("a", "b"), 1024, "mail")
    assert third.text == "everybody must not reach a, b on 25/tcp, 465/tcp"


def test_a_list_alone_is_a_policy_and_words_of_yaml_are_words() -> None:
    (one,) = read_policy("- from: no\n  to: on\n  must reach: 22\n")
    assert (one.sources, one.destinations) == (("no",), ("on",))
    assert read_policy("- a must reach b")[0].services[0].text == "any tcp"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        ("policy: []", "line 1: the list is empty"),
        ("names:\n  a: b\n", "line 1: `policy` is missing"),
        ("policy:\n  - a may reach b\n", "line 2: 'a may reach b' is not understood"),
        ("- a must reach b\n- [x]\n", "line 2: an expectation should have names and values"),
        ("- from: a\n  to: b\n", "line 1: it should have either `must reach` or `must not reach`"),
        ("- from: a\n  must reach: 22\n", "line 1: `to` is missing"),
        ("- from: a\n  to: b\n  must reach: 22\n  port: 7\n", "line 4: 'port' is nothing that an expectation has"),
        ("- from: a\n  from: b\n", "line 2: 'from' stands there twice"),
        ("- from: a\n  to: b\n  must reach: 99999\n", "line 3: '99999': ports are"),
        ("- from: a\n  to: {x: y}\n  must reach: 22\n", "line 2: expected a word"),
        ("- from: a\n  to: b\n  must reach: 22\n  source port: x\n", "line 1: source port: 'x' is no port"),
        ("- a must not reach b on 22, by way of gw\n", "line 1: `by way of` goes with `must reach` only"),
        ("a: [b\n- c", "line 2: is no YAML"),
        ("just words", "line 1: the file should have names and values"),
        ("policy:\n  \x00", "line 2: is no YAML: special characters are not allowed (character 0x0)"),
        ("- &a [*a]", "line 1: an expectation should have names and values"),
        ("- ? [a]\n  : b\n", "line 1: '' is nothing that an expectation has"),
        ("- a must reach b on 1\n---\n- b", "line 2: is no YAML"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text: str, said: str) -> None:
    with pytest.raises(PolicyError) as raised:
        read_policy(text)
    assert said in str(raised.value)


def test_a_file_nested_without_end_is_refused() -> None:
    with pytest.raises(PolicyError):
        read_policy("[" * 600)


def test_an_end_that_is_named_again_and_again_is_one() -> None:
    """Names of names do not grow without end either."""
    names = "".join(f"  a{number}: [a{number - 1}, a{number - 1}, 10.0.0.1]\n" for number in range(1, 60))
    (found,) = read_policy(f"names:\n  a0: [pc, 10.0.0.1]\n{names}policy:\n  - a59, pc must reach a59 on 22\n")
    assert found.sources == found.destinations == ("pc", "10.0.0.1")
