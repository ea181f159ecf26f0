from backend.policy.edges import Edge
from backend.policy.nesting import flattened


def test_what_lies_in_one_another_is_laid_side_by_side() -> None:
    rows = [(0, 9, "all"), (3, 5, "some"), (5, 5, "one"), (20, 20, "far")]
    assert list(flattened(rows, ("t",))) == [
        Edge(0, 2, ("t", ("all",))),
        Edge(3, 4, ("t", ("all", "some"))),
        Edge(5, 5, ("t", ("all", "some", "one"))),
        Edge(6, 9, ("t", ("all",))),
        Edge(20, 20, ("t", ("far",))),
    ]
    assert list(flattened([], ())) == []


def test_rows_that_cross_are_cut_where_they_do() -> None:
    assert [(each.low, each.high) for each in flattened([(0, 5, "a"), (3, 9, "b")], ())] == [(0, 2), (3, 5), (6, 9)]
