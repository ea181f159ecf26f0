from backend.report.file import File, text_string
from tests.report.reading import reader


def test_objects_are_found_by_their_numbers() -> None:
    file = File()
    number, later = file.reserve()
    stream = file.stream(b"0 0 m" * 100, "/Some /Thing")
    _, page = file.page()
    page.text = f"<< /Type /Page /Parent {file.pages} 0 R /MediaBox [0 0 10 10] /More {number} 0 R >>".encode()
    later.text = f"<< /Stream {stream} 0 R >>".encode()
    (found,) = reader(file.made("<< /Title (x) >>", "<< >>")).pages
    more = found["/More"].get_object()["/Stream"].get_object()  # type: ignore[index]
    assert (more.get_data(), more["/Some"]) == (b"0 0 m" * 100, "/Thing")


def test_texts_may_have_all_letters() -> None:
    assert text_string("a→🔥") == "<feff00612192d83ddd25>"
