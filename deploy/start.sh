#!/bin/bash
# start.sh: serves tsim without systemd: engine, web and password check together, and ends them together.
#
#   start.sh                          in the foreground; Ctrl-C ends it
#   start.sh --daemon                 in the background; returns when the page answers, with the log in the state directory
#   start.sh --bind 0.0.0.0:8000 --log-level info
#   start.sh status                   whether it runs and answers (exit codes: 0 it does, 1 it does not, 3 it is not started)
#   start.sh stop
#
# Settings are those of CONFIG_PATH and of the environment, which wins. The state directory holds the log and the lock.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
for python in "$root/.venv/bin/python" "$root/venv/bin/python"; do [ -x "$python" ] && break; done
[ -x "$python" ] || { echo "start.sh: $root has no Python environment: make setup, or deploy/install.sh, makes one" >&2; exit 1; }
cd "$root"

fail() { echo "start.sh: $*" >&2; exit "${code:-1}"; }

action=serve daemon=no
while [ $# -gt 0 ]; do
  case $1 in
    --daemon) daemon=yes ;;
    --bind | --log-level)
      [ $# -ge 2 ] || code=2 fail "$1 needs a value"
      if [ "$1" = --bind ]; then export GUNICORN_BIND=$2; else export GUNICORN_LOG_LEVEL=$2; fi
      shift ;;
    stop | status) action=$1 ;;
    -h | --help) sed -n '2,10s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) code=2 fail "$1: no such option; --help lists them" ;;
  esac
  shift
done

# Where things are, as the settings say: two lines, or why they cannot be read.
where=$("$python" -c '
import sys
from backend import config
try:
    settings = config.from_environment()
    print(settings.state, settings.bind, sep="\n")
except config.ConfigError as error:
    sys.exit(f"start.sh: {error}")')
{ read -r state; read -r bind; } <<<"$where"
lock=$state/serve.lock log=$state/serve.log

# Who serves holds the lock, whatever ends it; its number is in the file.
runner() { if [ -e "$lock" ] && ! flock -n "$lock" true; then cat "$lock"; fi; }

status() {
  local pid
  pid=$(runner)
  [ -n "$pid" ] || { echo "tsim is not started (state: $state)"; return 3; }
  if "$python" - "$pid" <<'EOF'
import sys
from backend import config
from backend.cli.serve import status
sys.exit(status(config.from_environment(), "/readyz") != 200)
EOF
  then echo "tsim runs at http://$(tail -n 1 "$lock.bind") (process $pid)"; else echo "tsim is started (process $pid), and does not answer"; return 1; fi
}

case $action in
  status) code=0; GUNICORN_BIND=${GUNICORN_BIND:-$(cat "$lock.bind" 2>/dev/null || echo "$bind")}; export GUNICORN_BIND; status || code=$?; exit $code ;;
  stop)
    pid=$(runner)
    [ -n "$pid" ] || { echo "tsim is not started (state: $state)"; exit 0; }
    kill -TERM "$pid"
    for _ in $(seq 300); do [ -n "$(runner)" ] || { echo "tsim has ended"; exit 0; }; sleep 0.1; done
    fail "process $pid does not end; its log is $log" ;;
esac

[ -d "$state" ] || install -d -m 700 "$state"
exec {held}>>"$lock"
flock -n "$held" || fail "it runs already, process $(cat "$lock"); start.sh stop ends it"
echo "$bind" >"$lock.bind"

if [ $daemon = no ]; then
  echo $$ >"$lock" # serve is this process from here on, and has the lock open
  exec "$python" -m backend.cli.serve
fi
: >"$log"
setsid "$python" -m backend.cli.serve >>"$log" 2>&1 </dev/null &
pid=$!
echo "$pid" >"$lock"
exec {held}>&-
until grep -q "Ctrl-C ends it" "$log"; do
  kill -0 "$pid" 2>/dev/null || { tail -n 20 "$log" >&2; fail "it ended at once; its log is $log"; }
  sleep 0.1
done
sed '/Ctrl-C/d' "$log"
echo "  log           $log"
