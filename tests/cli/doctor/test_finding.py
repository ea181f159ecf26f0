from backend.cli.doctor.finding import State, note, well, wrong


def test_only_what_is_not_well_has_something_to_mend() -> None:
    assert well("disk", "1 MB").mend == ""
    assert (note("disk", "1 MB", "free some").state, wrong("disk", "1 MB", "free some").mend) == (
        State.NOTE,
        "free some",
    )
