import pytest

from backend.lab.plan.rule import sets_named, stand_ins, written
from backend.model.address import Family
from tests.lab.saved import ruleset


def lines(rule: str, family: Family = 4, chain: str = "INPUT") -> list[tuple[str, str]]:
    table = ruleset(f"*filter\n:{chain} - [0:0]\n-A {chain} {rule}\nCOMMIT\n", family).tables[0]
    return [(line.text.removeprefix(f"-A {chain} "), line.flaw) for line in written(table.chains[0].rules[0], family)]


@pytest.mark.parametrize(
    "rule",
    [
        '-s 10.0.0.0/8 ! -d 10.0.0.1/32 -i eth0 -p tcp -m tcp --dport 22 -m comment --comment "-M x" -j DROP',
        "-m policy --dir in --pol ipsec -j own",
        '-m string --algo bm --string "-h" -g own',
        "-s 10.0.0.0/255.0.255.0 -j LOG --log-prefix -x-",
    ],
)
def test_a_rule_is_said_word_for_word(rule: str) -> None:
    assert lines(rule) == [(rule, "")]


@pytest.mark.parametrize(
    ("rule", "word"),
    [
        ("-p tcp -m tcp -M /tmp/x --dport 5", "-M"),
        ("-p tcp -m tcp --dport 5 -M/tmp/x", "-M/tmp/x"),
        ("-p tcp -m tcp --modprobe=/tmp/x", "--modprobe"),
        ("-p tcp -m tcp --mod /tmp/x", "--mod"),
        ("-p tcp -m tcp -h", "-h"),
        ("-p tcp -m tcp --vers", "--vers"),
        ("-p tcp -m tcp --dport 5 -V", "-V"),
        ("-p tcp -m tcp -F INPUT", "-F"),
        ("-m -M/tmp/x", "-M/tmp/x"),
        ("-m ../../tmp/x", "../../tmp/x"),
        ("-j -h", "-h"),
        ("-s some.name", "some.name"),
        ("-d 10.0.0.1,localhost", "localhost"),
        ("-6 -j DROP", "-6"),
    ],
)
def test_the_tool_is_told_nothing_but_to_append_one_rule(rule: str, word: str) -> None:
    ((_, flaw),) = lines(rule)
    assert repr(word)[:-1] in flaw


def test_what_is_silently_passed_over_in_one_family_is_said_in_the_other() -> None:
    assert lines("-6 -j DROP", 6) == [("-6 -j DROP", "")]
    assert lines("-4 -j DROP", 6)[0][1] == "expected a match or a target, not '-4'"


def test_a_name_that_looks_like_an_option() -> None:
    assert lines("-j DROP", chain="-h")[0][1] == "expected a name, not '-h'"


def test_several_addresses_are_several_rules_with_one_number() -> None:
    text = "*filter\n:INPUT - [0:0]\n-A INPUT -j ACCEPT\n"
    text += "-A INPUT -d 10.0.0.1,10.0.0.2 -s 10.1.0.0/16,10.2.0.0/16 -j DROP"
    rule = ruleset(f"{text}\nCOMMIT\n").tables[0].chains[0].rules[1]
    found = list(written(rule, 4))
    assert [line.number for line in found] == [2] * 4
    assert sorted(line.text for line in found) == [
        f"-A INPUT -d 10.0.0.{host} -s 10.{net}.0.0/16 -j DROP" for host in (1, 2) for net in (1, 2)
    ]


def test_the_tool_itself_refuses_several_addresses_that_are_negated() -> None:
    assert lines("! -s 10.0.0.1,10.0.0.2 -j DROP") == [("! -s 10.0.0.1,10.0.0.2 -j DROP", "")]


def test_in_the_place_of_a_rule_stands_what_matches_at_least_as_much() -> None:
    rule = "-s 10.0.0.0/8 ! -i eth0 -p tcp -m tcp --dport 22 -m geo --country x -j DROP"
    text = f"*filter\n:INPUT - [0:0]\n-A INPUT {rule}\n-A INPUT -m geo -j DROP\nCOMMIT\n"
    first, second = ruleset(text).tables[0].chains[0].rules
    (line,) = written(first, 4)
    assert [each.text for each in stand_ins(line)] == ["-A INPUT -s 10.0.0.0/8 ! -i eth0 -p tcp", "-A INPUT"]
    assert {(each.chain, each.number, each.line) for each in stand_ins(line)} == {("INPUT", 1, 3)}
    (line,) = written(second, 4)
    assert [each.text for each in stand_ins(line)] == ["-A INPUT"]


def test_what_cannot_be_said_is_not_said_in_its_place_either() -> None:
    rule = "-s some.name -d 10.0.0.1,10.0.0.2 -i -M/tmp/x -o eth1 -p tcp -m tcp -h"
    (line,) = written(ruleset(f"*filter\n:INPUT - [0:0]\n-A INPUT {rule}\nCOMMIT\n").tables[0].chains[0].rules[0], 4)
    assert [(each.text, each.flaw) for each in stand_ins(line)] == [("-A INPUT -o eth1 -p tcp", ""), ("-A INPUT", "")]


def test_sets_that_a_rule_names() -> None:
    rule = '-m set ! --match-set a src,dst -m comment --comment "--match-set" -j SET --add-set b src'
    text = f"*filter\n:INPUT - [0:0]\n-A INPUT {rule}\n-A INPUT -j DROP\nCOMMIT\n"
    first, second = ruleset(text).tables[0].chains[0].rules
    assert sets_named(next(written(first, 4))) == ["a", "-j", "b"]
    assert sets_named(next(written(second, 4))) == []
