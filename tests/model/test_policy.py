from backend.model.policy import default_rules


def test_every_namespace_is_born_with_these_rules() -> None:
    assert [rule.text for rule in default_rules(4)] == [
        "0: from all lookup local", "32766: from all lookup main", "32767: from all lookup default",
    ]  # fmt: skip
    assert [(rule.priority, rule.table) for rule in default_rules(6)] == [(0, 255), (32766, 254)]
