import re

from backend.web import reference
from backend.web.openapi import description
from backend.web.surface import routes


def test_a_page_has_neither_script_nor_style_inside_and_names_all_operations() -> None:
    told = description(routes())
    page = reference.page(told)
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=", page)
    for path, methods in told["paths"].items():
        for method in methods:
            assert f"<b>{method.upper()}</b> <code>{path}</code>" in page
    linked = set(re.findall(r'href="#([^"]+)"', page))
    assert linked <= set(re.findall(r'id="([^"]+)"', page))


def test_what_stands_in_a_description_is_text() -> None:
    told = description(routes())
    told["info"]["description"] = "<script>alert(1)</script>"
    assert "<script>" not in reference.page(told)


def test_its_style_is_packaged() -> None:
    assert "summary" in reference.style()
