"""Where everything stands on a page, as data: the same geometry for PDF now and for SVG.

It must not know a file, a font or a library that draws: how wide a text is, it is told (`Fonts`).
Lengths are points of 1/72 inch; the origin is the upper left corner, and y grows downwards.
"""
