from backend.report.fonts import FALLBACK, has, pieces, width
from backend.report.layout.marks import Face


def test_a_letter_that_a_face_lacks_is_taken_from_another() -> None:
    assert pieces("DROP אב ok", Face.MONO) == [(Face.MONO, "DROP "), (Face.PLAIN, "אב"), (Face.MONO, " ok")]
    assert pieces("DROP", Face.BOLD) == [(Face.BOLD, "DROP")]


def test_a_text_is_as_wide_as_its_pieces() -> None:
    parts = width("DROP ", Face.MONO, 8) + width("אב", Face.PLAIN, 8) + width(" ok", Face.MONO, 8)
    assert abs(width("DROP אב ok", Face.MONO, 8) - parts) < 1e-9
    assert width("iii", Face.MONO, 8) == width("WWW", Face.MONO, 8)


def test_which_letters_there_are() -> None:
    assert all(has(sign) for sign in "aä→✓✗Яאب")
    assert has("中") == FALLBACK.exists()
    assert not has("🔥")


def test_what_a_machine_lacks_is_measured_all_the_same() -> None:
    assert pieces("a🔥", Face.MONO)[0] == (Face.MONO, "a")
    assert width("🔥", Face.MONO, 10) > 0
