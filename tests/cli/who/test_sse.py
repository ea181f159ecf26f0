from backend.cli.who.sse import Told, read


def test_events_are_read_as_they_are_written() -> None:
    lines = [
        b": hello\n",
        b"\n",
        b"id: 7\n",
        b"data: {\n",
        b"data:}\r\n",
        b"\n",
        b"event: end\ndata".split(b"\n")[0] + b"\n",
    ]
    assert list(read([*lines, b"data: {}\n", b"\n", b"data: cut off\n"])) == [Told("{\n}", "", "7"), Told("{}", "end")]
