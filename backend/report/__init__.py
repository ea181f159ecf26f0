"""Reports: the result of a job on a page, one geometry for screen, SVG and PDF.

It must not decide anything about flows or ask the network again: what is not in the result is not in the report.
`layout` is pure; drawing and files stay in the modules around it. Never loaded in the web worker.
"""
