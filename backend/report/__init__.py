"""Reports: the result of a job on a page, one geometry for screen, SVG and PDF.

    pdf(document) -> bytes     a result document (wire/schemas/result.json) becomes a PDF
    parts(document)            what of it can be had alone: pdf(document, only="443/tcp")
    path_svg(document, name)   the paths of one service as a picture for screens
    warm()                     what may be done before processes are forked

A result is read (`result`), written on sheets (`pages`), which gives marks with their places (`layout`); they are drawn
by reportlab (`drawing`), charts by matplotlib (`chart`), and bound with bookmarks by pypdf (`binding`).

It must not decide anything about flows or ask the network again: what is not in the result is not in the report.
`layout` is pure; drawing and files stay in the modules around it. Never loaded in the web worker.
"""

from backend.report.error import ReportError
from backend.report.pdf import parts, pdf
from backend.report.svg import path_svg
from backend.report.warming import warm

__all__ = ["ReportError", "parts", "path_svg", "pdf", "warm"]
