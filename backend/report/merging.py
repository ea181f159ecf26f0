"""Reports of several tests as one file. Who asks may have nothing of them but the PDFs, which pypdf reads."""

from collections.abc import Sequence
from io import BytesIO

from pypdf import PdfReader, PdfWriter
from pypdf.generic import BooleanObject, DictionaryObject, NameObject, TextStringObject


def merged(reports: Sequence[bytes]) -> bytes:
    """One after the other, each below a bookmark with its title. The same reports give the same bytes."""
    writer = PdfWriter()
    known: list[dict[str, str]] = []
    for report in reports:
        reader = PdfReader(BytesIO(report))
        known.append({key: str(value) for key, value in (reader.metadata or {}).items()})
        writer.append(reader, outline_item=known[-1].get("/Title", "Report"))
    writer.pdf_header = PdfReader(BytesIO(reports[0])).pdf_header
    writer.metadata = _metadata(known)
    shown = DictionaryObject({NameObject("/DisplayDocTitle"): BooleanObject(True)})
    writer.root_object.update({NameObject("/Lang"): TextStringObject("en"), NameObject("/ViewerPreferences"): shown})
    made = BytesIO()
    writer.write(made)
    return made.getvalue()


def _metadata(known: Sequence[dict[str, str]]) -> dict[str, str]:
    """Of all users, and of the time when the last test ended."""
    users = dict.fromkeys(each["/Author"] for each in known if each.get("/Author"))
    ended = max((each.get("/CreationDate", "") for each in known), default="")
    return {
        "/Title": f"Reachability: {len(known)} tests",
        "/Author": ", ".join(users),
        "/Creator": "tsim",
        "/Producer": "reportlab, pypdf",
        **({"/CreationDate": ended, "/ModDate": ended} if ended else {}),
    }
