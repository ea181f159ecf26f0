import pytest

from backend.sim.netfilter.jhash import jhash2

WORDS = (1, 2, 3, 0x12345678, 0xFFFFFFFF, 7, 8)


@pytest.mark.parametrize(
    ("length", "plain", "seeded"),
    [
        (1, 1923623579, 3281235730),
        (2, 2337044857, 273341549),
        (3, 2757843189, 664288616),
        (4, 2866362112, 3185767060),
        (5, 3987426656, 2304490574),
        (6, 1142433658, 1380277814),
        (7, 3581881311, 4099104147),
    ],
)
def test_it_is_the_hash_that_the_kernel_computes(length: int, plain: int, seeded: int) -> None:
    """The numbers are those of include/linux/jhash.h, compiled."""
    assert jhash2(WORDS[:length], 0) == plain
    assert jhash2(WORDS[:length], 0xDEADBEEF) == seeded
