#!/bin/bash
# release.sh [DIRECTORY]: a release archive of this checkout, for servers without Node, compiler and network.
#
# It has the page that is built and the pinned Python packages as wheels, for each Python of PYTHONS ("3.11 3.12 3.13":
# Debian 12, Ubuntu 24.04, Debian 13; 50 MB each). Wheels are in it because servers that look after firewalls often reach
# no package index, and because what was tested is what is installed, ten years from now too. PYTHONS="" leaves them out:
# install.sh then asks the index that pip knows. VERSION names the release; the same checkout gives the same archive.
set -euo pipefail
cd "$(dirname "$0")/.."
target=$(mkdir -p "${1:-dist}" && cd "${1:-dist}" && pwd)
pythons=${PYTHONS-3.11 3.12 3.13}
[ -r frontend/dist/index.html ] || { echo "release: the page is not built: make release builds it" >&2; exit 1; }

number=$(sed -nE 's/^version = "(.*)"/\1/p' pyproject.toml)
commit=$(git rev-parse --short=8 HEAD 2>/dev/null || echo unknown)
version=${VERSION:-$number+$commit}
[[ $version =~ ^[A-Za-z0-9][A-Za-z0-9.+~-]*$ ]] || { echo "release: VERSION: '$version' has other signs than letters, digits and .+~-" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/tsim-$version
mkdir -p "$root/frontend"
cp -R backend deploy docs requirements.txt README.md CHANGELOG.md LICENSE "$root/"
cp -R frontend/dist "$root/frontend/dist"
find "$root" -name __pycache__ -prune -exec rm -rf {} +
# What nginx sends as it is (gzip_static); smaller than what it would make each time.
find "$root/frontend/dist" -type f \( -name '*.js' -o -name '*.css' -o -name '*.svg' -o -name '*.html' \) -exec gzip -9 -n -k {} +
echo "$version" >"$root/VERSION"

# pip asks the markers of requirements of the Python that runs it, whatever --python-version says.
for_python() { # for_python VERSION: what that Python needs, with hashes
  .venv/bin/python - "$1" <<'EOF'
import sys
from pip._vendor.packaging.markers import Marker

python = {"python_version": sys.argv[1], "python_full_version": f"{sys.argv[1]}.0", "sys_platform": "linux"}
with open("requirements.txt", encoding="utf-8") as file:
    wanted = file.read().replace("\\\n", " ").splitlines()
for line in wanted:
    name, _, rest = line.partition(" ; ")
    marker, _, hashes = rest.partition(" --hash")
    if not marker or Marker(marker).evaluate(python):
        print(f"{name} --hash{hashes}" if marker else line)
EOF
}

for python in $pythons; do
  echo "release: wheels for Python $python" >&2
  for_python "$python" >"$work/requirements-$python.txt"
  .venv/bin/python -m pip download -q --disable-pip-version-check --require-hashes --no-deps --only-binary=:all: \
    --python-version "$python" --implementation cp --abi "cp${python/./}" --abi abi3 --abi none \
    --platform manylinux_2_28_x86_64 --platform manylinux_2_27_x86_64 --platform manylinux_2_26_x86_64 \
    --platform manylinux_2_24_x86_64 --platform manylinux_2_17_x86_64 --platform manylinux2014_x86_64 \
    --platform manylinux1_x86_64 --platform any \
    -d "$root/wheels" -r "$work/requirements-$python.txt"
done

archive=$target/tsim-$version.tar.gz
time_=$(git log -1 --format=%ct 2>/dev/null || echo 0)
chmod -R u=rwX,go=rX "$root"
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$time_" -C "$work" -cf - "tsim-$version" | gzip -n -6 >"$archive"
(cd "$target" && sha256sum "$(basename "$archive")" >"$(basename "$archive").sha256")
echo "$archive"
