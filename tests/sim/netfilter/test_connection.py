from backend.sim.netfilter.connection import Tuple


def test_an_answer_goes_from_where_the_question_went() -> None:
    asked = Tuple(protocol=6, source=1, source_port=40000, destination=2, destination_port=443)
    assert asked.turned == Tuple(protocol=6, source=2, source_port=443, destination=1, destination_port=40000)
    assert asked.turned.turned == asked
