from backend.model.network import Network


def test_a_network_is_named_with_the_beginning_of_its_hash() -> None:
    assert Network("demo", hash="0123456789abcdef").label == "demo@01234567"
    assert Network("sketch").label == "sketch"
