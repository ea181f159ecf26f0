"""Reports: the result of a job on a page, one geometry for screen, SVG and PDF.

    pdf(document) -> bytes     a result document (wire/schemas/result.json) becomes a PDF

A result is read (`result`), written on sheets (`pages`), which gives marks with their places (`layout`); they are drawn
by reportlab (`drawing`), charts by matplotlib (`chart`), and bound with bookmarks by pypdf (`binding`).

It must not decide anything about flows or ask the network again: what is not in the result is not in the report.
`layout` is pure; drawing and files stay in the modules around it. Never loaded in the web worker.
"""

from backend.report.error import ReportError
from backend.report.pdf import pdf
from backend.report.warming import warm

__all__ = ["ReportError", "pdf", "warm"]
