"""Pages and drawings as pictures: `python -m tests.report.looks` stores those of now, to be looked at and committed."""

import io
import subprocess
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageChops, ImageFilter

import backend.demo
from backend.facts import read_directory
from backend.report import path_picture, pdf, topology_picture
from backend.wire.topology import topology_document
from tests.report.results import read

HERE = Path(__file__).parent / "stored"
DEMO = Path(backend.demo.__file__).parent / "facts"
DPI = 40
FAR, FEW = 48, 0.004
"""How different a dot may be, and what part of them more so: each poppler draws letters a little differently."""


def page(name: str, number: int, part: str | None = None) -> Image.Image:
    command = ["pdftoppm", "-png", "-gray", "-r", str(DPI), "-f", str(number), "-l", str(number), "-singlefile", "-"]
    made = pdf(read(name), only=part)
    return Image.open(
        io.BytesIO(subprocess.run(command, input=made, capture_output=True, timeout=60, check=True).stdout)
    )


def small(png: bytes, width: int) -> Image.Image:
    image = Image.open(io.BytesIO(png)).convert("L")
    return image.resize((width, round(image.height * width / image.width)))


def demo_map() -> Image.Image:
    network = read_directory(DEMO).network
    return small(topology_picture(topology_document(network, []), "png"), 640)


LOOKS: dict[str, Callable[[], Image.Image]] = {
    "summary": lambda: page("ten-services", 1),
    "paths": lambda: page("ten-services", 2),
    "service": lambda: page("dropped", 1, "5432/tcp"),
    "counters": lambda: page("accepted", 2, "22/tcp"),
    "appendix": lambda: page("accepted", 1, "appendix"),
    "path": lambda: small(path_picture(read("ten-services"), "icmp", "png"), 420),
    "map": demo_map,
}


def difference(one: Image.Image, other: Image.Image) -> float:
    """The part of the dots that are far from what they should be; all of them where the sizes differ."""
    if one.size != other.size:
        return 1.0
    blurred = [image.convert("L").filter(ImageFilter.GaussianBlur(1.5)) for image in (one, other)]
    counts = ImageChops.difference(*blurred).histogram()
    return sum(counts[FAR:]) / sum(counts)


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    for name, look in LOOKS.items():
        look().save(HERE / f"{name}.png", optimize=True)
