"""Reports: the result of a job on a page, one geometry for screen, SVG and PDF.

    pdf(document) -> bytes     a result document (wire/schemas/result.json) becomes a PDF
    parts(document)            what of it can be had alone: pdf(document, only="443/tcp")
    path_picture(document, name, form)   the paths of one service for screens
    topology_picture(document, form)     a network
    path_layout(document, name), topology_layout(document)   where all of it stands, as JSON
    table(document) -> bytes   the result as CSV
    warm()                     what may be done before processes are forked

A result is read (`result`), written on sheets (`pages`), which gives marks with their places (`layout`); those of a
page become a page of a PDF as soon as it is full (`drawing`; `letters` and `outline` are its fonts and bookmarks,
`file` its objects by reportlab), or a picture (`pictures`: `svg`, and `png` by matplotlib).

It must not decide anything about flows or ask the network again: what is not in the result is not in the report.
`layout` is pure; drawing and files stay in the modules around it. Never loaded in the web worker.
"""

from backend.report.error import ReportError
from backend.report.pdf import parts, pdf
from backend.report.pictures import path_layout, path_picture, topology_layout, topology_picture
from backend.report.table import table
from backend.report.warming import warm

__all__ = [
    "ReportError",
    "parts",
    "path_layout",
    "path_picture",
    "pdf",
    "table",
    "topology_layout",
    "topology_picture",
    "warm",
]
