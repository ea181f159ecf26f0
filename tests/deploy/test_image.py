"""The steps of deploy/container/Containerfile, carried out one after the other on a Debian, since there is no engine of
containers here; then what compose.yaml starts: as an ordinary user without a capability, on a root that is read only.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy import clean
from tests.deploy.test_container import compose, steps
from tests.waiting import wait_for

pytestmark = [pytest.mark.root, pytest.mark.serial]
HOLD = (
    "mount --make-rprivate / && mount -t proc proc {root}/proc && ip link set lo up && echo $$ && exec sleep infinity"
)
PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Image:
    def __init__(self, folder: Path, base: Path, context: Path) -> None:
        self.root, self._context = folder / "root", context
        for part in ("upper", "work", "root"):
            (folder / part).mkdir(parents=True)
        layers = f"lowerdir={base},upperdir={folder}/upper,workdir={folder}/work"
        subprocess.run(["mount", "-t", "overlay", "overlay", "-o", layers, str(self.root)], check=True)
        self.variables, self.user, self.directory = {"PATH": PATH.partition("=")[2]}, "root", "/"
        self.commands: dict[str, list[str]] = {}

    def build(self) -> None:
        for word, rest in steps():
            match word:
                case "RUN":
                    self.run("sh", "-c", rest)
                case "COPY":
                    *sources, target = rest.split()
                    for source in sources:
                        self._copy(source, target)
                case "ENV":
                    self.variables |= dict(each.split("=", 1) for each in rest.split())
                case "USER":
                    self.user = rest
                case "WORKDIR":
                    self.directory = rest
                case "CMD":
                    self.commands[word] = json.loads(rest)
                case "HEALTHCHECK":
                    self.commands[word] = json.loads(rest.partition(" CMD ")[2])

    def _copy(self, source: str, target: str) -> None:
        """A directory's content, or a file into a directory that ends with a stroke."""
        found, place = self._context / source, self.root / target.strip("/")
        place.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "-R", f"{found}/." if found.is_dir() else str(found), str(place)], check=True)

    def entered(self, *command: str) -> list[str]:
        variables = [f"{name}={value}" for name, value in self.variables.items()]
        within = ["env", "-i", *variables, "sh", "-c", f'cd {self.directory} && exec "$@"', "sh", *command]
        if self.user == "root":
            return ["chroot", str(self.root), *within]
        rights = ["setpriv", f"--reuid={self.user}", f"--regid={self.user}", "--clear-groups", "--bounding-set=-all"]
        return ["chroot", str(self.root), *rights, "--inh-caps=-all", "--no-new-privs", *within]

    def run(self, *command: str) -> str:
        done = subprocess.run(self.entered(*command), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert done.returncode == 0, f"{command}:\n{done.stdout[-4000:]}"
        return done.stdout


class Container:
    """Namespaces, in which commands of an image run; all is gone with it."""

    def __init__(self, image: Image, readable_only: bool = False) -> None:
        self.image = image
        locked = ""
        if readable_only:
            places = ("var/lib/tsim", "run/tsim", "tmp")
            kept = [f"mount -t tmpfs -o mode=1777 tmpfs {image.root}/{place}" for place in places]
            locked = " && ".join(["", f"mount -o remount,bind,ro {image.root}", *kept])
        script = HOLD.format(root=image.root).replace(" && ip ", f"{locked} && ip ")
        bound = f"mount --bind {image.root} {image.root} && "
        words = ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "sh", "-c", bound + script]
        self._process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        assert self._process.stdout.readline(), "the container does not start"
        (self._first,) = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()

    def start(self, *command: str, **variables: str) -> subprocess.Popen[bytes]:
        given = [f"{name}={value}" for name, value in variables.items()]
        return subprocess.Popen(self._within("env", *given, *command), stdout=sys.stderr, stderr=subprocess.STDOUT)

    def is_healthy(self) -> bool:
        return subprocess.run(self._within(*self.image.commands["HEALTHCHECK"]), capture_output=True).returncode == 0

    def _within(self, *command: str) -> list[str]:
        return ["nsenter", f"--target={self._first}", "--mount", "--net", "--pid", "--", *self.image.entered(*command)]

    def close(self) -> None:
        self._process.kill()
        self._process.wait()


@pytest.fixture(scope="module")
def image(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Image]:
    folder = tmp_path_factory.mktemp("image")
    subprocess.run(["tar", "xzf", str(archive), "-C", str(folder)], check=True)
    (context,) = (each for each in folder.iterdir() if each.is_dir())
    one = Image(folder / "machine", clean.root(archive), context)
    try:
        one.build()
        yield one
    finally:
        subprocess.run(["umount", "--lazy", str(one.root)], check=True)


def test_the_image_has_no_more_than_it_needs(image: Image) -> None:
    assert (image.user, image.directory) == ("tsim", "/opt/tsim")
    assert not (image.root / "opt/tsim/wheels").exists()
    assert (image.root / "opt/tsim/VERSION").is_file()
    assert re.search(r"^tsim:", (image.root / "etc/passwd").read_text(), re.MULTILINE)


def test_as_a_whole_it_becomes_healthy_and_ends(image: Image) -> None:
    container = Container(image)
    try:
        served = container.start(*image.commands["CMD"])
        wait_for(container.is_healthy, "the container", 120.0)
        served.terminate()
        served.wait(60)
    finally:
        container.close()


def test_what_compose_starts_becomes_healthy_on_a_root_that_is_read_only(image: Image) -> None:
    container = Container(image, readable_only=True)
    services = compose()["services"]
    try:
        for name in ("engine", "web"):
            container.start(*services[name]["command"], TSIM_HOSTS="localhost,127.0.0.1", TSIM_SECURE_COOKIES="1")
        wait_for(container.is_healthy, "both", 120.0)
    finally:
        container.close()
