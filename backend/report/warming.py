"""What may be done before processes are forked, so that none of them does it again."""

from backend.report.fonts import typefaces
from backend.report.pdf import pdf

SMALLEST = {
    "job": "", "user": "", "mode": "prove", "network": "", "services": [], "asked": {"source": "", "destination": ""},
}  # fmt: skip


def warm() -> None:
    """Fonts are read, and everything has been used once."""
    typefaces()
    pdf(SMALLEST)
