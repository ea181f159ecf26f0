#!/bin/bash
# install.sh: installs tsim from this release archive, or upgrades the one that is installed. Run it as root.
#
#   ./install.sh --name tsim.example.org                   under which name people reach it (default: this host's)
#   ./install.sh --certificate FILE --key FILE             of TLS; without, one is made that browsers warn of
#   ./install.sh --https 8443 --http 8080 --path /tsim     other ports; below a path
#   ./install.sh --no-nginx                                another proxy is in front of /run/tsim/web
#   ./install.sh --packages                                only the Debian packages
#   ./install.sh --rollback                                back to the release before, with its copy of the store
#   ./install.sh --uninstall [--purge]                     data and settings stay, unless purged
#
# An upgrade keeps a copy of the store first, and goes back by itself when the new release does not become healthy.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
umask 022
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

opt=/opt/tsim etc=/etc/tsim state=/var/lib/tsim copies=/var/backups/tsim units=/etc/systemd/system
healthy_s=${TSIM_HEALTHY_S:-60}
services=(tsim-auth.service tsim-engine.service tsim-web.service)
sockets=(tsim-auth.socket tsim-engine.socket tsim-web.socket)
timers=(tsim-backup.timer tsim-cleanup.timer tsim-collect.timer)

say() { echo "tsim: $*"; }
fail() { echo "tsim: $*" >&2; exit 1; }

# ---- what is asked

action=install name="" certificate="" key="" http=80 https=443 path="" nginx=yes purge=no
value() { if [ $# -lt 2 ] || [ -z "$2" ]; then fail "$1 needs a value"; fi; printf %s "$2"; }
while [ $# -gt 0 ]; do
  case $1 in
    --name) name=$(value "$@"); shift ;;
    --certificate) certificate=$(value "$@"); shift ;;
    --key) key=$(value "$@"); shift ;;
    --http) http=$(value "$@"); shift ;;
    --https) https=$(value "$@"); shift ;;
    --path) path=$(value "$@"); shift ;;
    --no-nginx) nginx=no ;;
    --packages) action=packages ;;
    --rollback) action=rollback ;;
    --uninstall) action=uninstall ;;
    --purge) purge=yes ;;
    -h | --help) sed -n '2,13s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) fail "$1: no such option; --help lists them" ;;
  esac
  shift
done
[ "$(id -u)" = 0 ] || fail "run this as root"
[ -z "$certificate$key" ] || { [ -r "$certificate" ] && [ -r "$key" ]; } || fail "--certificate and --key: both are needed and must be readable"

# ---- steps

packages() { # what is missing, and nothing where all is there: then no network is needed
  local need probe wanted=()
  for need in python3=python3 py:ensurepip=python3-venv iptables=iptables ipset=ipset nft=nftables ip=iproute2 \
    openssl=openssl curl=curl nginx=nginx-light; do
    probe=${need%%=*}
    [ "$probe" = nginx ] && [ $nginx = no ] && continue
    case $probe in
      py:*) python3 -c "import ${probe#py:}" 2>/dev/null || wanted+=("${need#*=}") ;;
      *) command -v "$probe" >/dev/null || wanted+=("${need#*=}") ;;
    esac
  done
  [ ${#wanted[@]} = 0 ] && return
  say "installing Debian packages: ${wanted[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get -q -o DPkg::Lock::Timeout=120 update >/dev/null || fail "apt-get update failed"
  apt-get -q -o DPkg::Lock::Timeout=120 install -y --no-install-recommends "${wanted[@]}" >/dev/null || fail "apt-get could not install: ${wanted[*]}"
}

check_machine() {
  [ -d /run/systemd/system ] || fail "systemd does not run here: deploy/start.sh serves without it"
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "Python 3.11 or newer is needed, here is $(python3 -V)"
  [ -r "$here/VERSION" ] || fail "$here is no release archive: make release makes one, and install.sh is in it"
  [ -r "$here/frontend/dist/index.html" ] || fail "$here has no built page"
}

users() {
  install -D -m 644 "$here/deploy/systemd/sysusers.conf" /etc/sysusers.d/tsim.conf
  install -D -m 644 "$here/deploy/systemd/tmpfiles.conf" /etc/tmpfiles.d/tsim.conf
  systemd-sysusers /etc/sysusers.d/tsim.conf
  systemd-tmpfiles --create /etc/tmpfiles.d/tsim.conf
}

environment() { # one for each set of pinned packages, so that most upgrades need none
  local hash target source=()
  hash=$(cat "$here/requirements.txt" <(python3 -c 'import sys; print(sys.version_info[:2])') | sha256sum | cut -c1-16)
  target=$opt/environments/$hash
  if [ ! -e "$target/complete" ]; then
    say "making the Python environment"
    rm -rf "$target"
    mkdir -p "$opt/environments"
    python3 -m venv "$target"
    [ -d "$here/wheels" ] && source=(--no-index --find-links "$here/wheels")
    "$target/bin/python" -m pip install -q --disable-pip-version-check --no-input --require-hashes --only-binary=:all: \
      "${source[@]}" -r "$here/requirements.txt" || fail "the Python packages could not be installed"
    touch "$target/complete"
  fi
  echo "$hash" >"$1/environment"
  ln -sfn "../../environments/$hash" "$1/venv"
}

release() { # into a place of its own, which has its name when it is whole
  local target=$opt/releases/$version part
  [ "$here" = "$target" ] && return
  mkdir -p "$opt/releases"
  rm -rf "$target.new"
  mkdir "$target.new"
  for part in backend frontend deploy docs requirements.txt VERSION README.md CHANGELOG.md LICENSE; do
    [ -e "$here/$part" ] && { mkdir -p "$target.new/$(dirname "$part")"; cp -R --no-preserve=ownership "$here/$part" "$target.new/$part"; }
  done
  environment "$target.new"
  "$target.new/venv/bin/python" -m compileall -q -j 0 "$target.new/backend" >/dev/null || fail "this release cannot be compiled"
  rm -rf "$target"
  mv "$target.new" "$target"
}

settings() {
  install -d -m 755 "$etc" "$etc/tls"
  install -d -m 750 -g tsim-collect "$etc/collect"
  if [ ! -e "$etc/tsim.toml" ]; then
    local site="$etc/tsim.toml.new"
    sed -e "s|^#hosts = .*|hosts = [\"$name\"]|" "$here/deploy/tsim.toml" >"$site"
    [ -n "$path" ] && sed -i "s|^#root_path = .*|root_path = \"$path\"|" "$site"
    chown root:tsim "$site"
    chmod 640 "$site"
    mv "$site" "$etc/tsim.toml"
  fi
  if [ ! -e "$etc/secret.env" ]; then
    (umask 077; echo "SECRET_KEY=$(openssl rand -hex 32)" >"$etc/secret.env")
  fi
  [ -e /etc/pam.d/tsim ] || install -m 644 "$here/deploy/pam.d/tsim" /etc/pam.d/tsim
  # What was given is taken; what somebody put there before stays; else one that browsers warn of.
  if [ -n "$certificate" ]; then
    install -m 644 "$certificate" "$etc/tls/certificate.pem"
    install -m 600 "$key" "$etc/tls/key.pem"
  elif [ ! -e "$etc/tls/certificate.pem" ] && [ $nginx = yes ]; then
    say "making a certificate that browsers warn of: put a real one into $etc/tls (certificate.pem, key.pem)"
    (umask 077; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 730 -subj "/CN=$name" \
      -addext "subjectAltName=DNS:$name,DNS:localhost,IP:127.0.0.1" \
      -keyout "$etc/tls/key.pem" -out "$etc/tls/certificate.pem" 2>/dev/null)
    chmod 644 "$etc/tls/certificate.pem"
  fi
}

command_() { # what people type
  local tool
  for tool in tsimsh:backend.cli.tsimsh tsim-collect:backend.cli.collect tsim-backup:backend.cli.backup; do
    cat >"/usr/local/bin/${tool%%:*}" <<EOF
#!/bin/sh
# Made by install.sh.
export CONFIG_PATH="\${CONFIG_PATH:-$etc/tsim.toml}" PYTHONPATH=$opt/current
exec $opt/current/venv/bin/python -m ${tool#*:} "\$@"
EOF
    chmod 755 "/usr/local/bin/${tool%%:*}"
  done
}

app_armor() { # Ubuntu 23.10 and newer: user namespaces only for who has a profile that says so
  local switch=/proc/sys/kernel/apparmor_restrict_unprivileged_userns
  [ -r $switch ] && [ "$(cat $switch)" = 1 ] || return 0
  command -v apparmor_parser >/dev/null || fail "this kernel gives user namespaces to who has an AppArmor profile only: apt-get install apparmor"
  install -m 644 "$here/deploy/apparmor.d/tsim-engine" /etc/apparmor.d/tsim-engine
  apparmor_parser -r /etc/apparmor.d/tsim-engine
  install -D -m 644 /dev/stdin "$units/tsim-engine.service.d/apparmor.conf" <<<$'[Service]\nAppArmorProfile=tsim-engine'
}

install_units() {
  local unit
  for unit in "$opt"/current/deploy/systemd/tsim-*.{service,socket,timer}; do install -m 644 "$unit" "$units/$(basename "$unit")"; done
  app_armor
  systemctl daemon-reload
  systemctl -q enable "${sockets[@]}" "${services[@]}" "${timers[@]}"
}

start() {
  systemctl reset-failed 'tsim-*' 2>/dev/null || true # what failed too often is tried once more
  systemctl start "${sockets[@]}" && systemctl restart "${services[@]}" && systemctl start "${timers[@]}"
}

stop() { # until nothing runs: a web that is just being started again starts the others with it
  local try
  for try in 1 2 3 4 5; do
    systemctl stop tsim-web.socket tsim-web.service 2>/dev/null || true
    systemctl stop "${timers[@]}" "${sockets[@]}" "${services[@]}" 2>/dev/null || true
    systemctl show -p ActiveState --value "${sockets[@]}" "${services[@]}" | grep -qE '^(active|reloading|activating|deactivating)$' || return 0
    sleep "$try"
  done
  fail "these cannot be stopped: ${services[*]}"
}

site() {
  [ $nginx = yes ] || return 0
  local rendered=/etc/nginx/tsim is_new=no
  if [ ! -e /etc/nginx/sites-available/tsim ] || [ -n "$certificate" ]; then
    is_new=yes
    "$opt/current/deploy/nginx/render.sh" $rendered NAME="$name" HTTP="$http" HTTPS="$https" PATH="$path" \
      PAGE="$opt/current/frontend/dist" WEB=unix:/run/tsim/web
    cp $rendered/site.conf /etc/nginx/sites-available/tsim
  fi
  ln -sfn ../sites-available/tsim /etc/nginx/sites-enabled/tsim
  # Debian's page of welcome has the same ports and no name.
  [ "$(readlink /etc/nginx/sites-enabled/default)" = /etc/nginx/sites-available/default ] && rm -f /etc/nginx/sites-enabled/default
  nginx -t -q || fail "nginx does not take its configuration: see above; tsim itself runs"
  systemctl -q enable nginx
  if [ $is_new = yes ] || ! systemctl -q is-active nginx; then systemctl reload-or-restart nginx; fi
}

is_healthy() { # store, engine, password check, disk, memory: /health looks at all of it
  local until=$((SECONDS + healthy_s))
  while [ $SECONDS -lt $until ]; do
    if answer=$(curl -sS --max-time 5 --unix-socket /run/tsim/web -H "Host: $host" -w '\n%{http_code}' http://localhost"$root_path"/health 2>&1); then
      [ "${answer##*$'\n'}" = 200 ] && return 0
    fi
    if systemctl show -p NRestarts --value "${services[@]}" | grep -q '[3-9]'; then break; fi # it ends each time
    sleep 0.2
  done
  return 1
}

as_tsim() { runuser -u tsim -- env CONFIG_PATH="$etc/tsim.toml" PYTHONPATH="$opt/current" "$opt/current/venv/bin/python" -m "$@"; }

setting() { # of the file, as the release that is installed reads it
  CONFIG_PATH=$etc/tsim.toml PYTHONPATH=$opt/current "$opt/current/venv/bin/python" -c \
    "from backend import config; c = config.from_environment(); print($1)"
}

switch() { ln -sfn "releases/$1" "$opt/current.new" && mv -T "$opt/current.new" "$opt/current"; }

back() { # back TO COPY: the release before, with the store as it was
  say "going back to release $1"
  stop
  switch "$1"
  if [ -n "$2" ]; then as_tsim backend.cli.backup restore "$2" || say "the store could not be put back: it is as it was left, and $2 has that of before"; fi
  install_units
  start
}

keep_few() { # this release and the one before; environments that neither uses go too
  local each
  for each in "$opt"/releases/*; do
    case $(basename "$each") in "$version" | "$before") ;; *) rm -rf "$each" ;; esac
  done
  for each in "$opt"/environments/*; do
    grep -qsx "$(basename "$each")" "$opt"/releases/*/environment || rm -rf "$each"
  done
}

install_() {
  check_machine
  version=$(cat "$here/VERSION")
  before=$(basename "$(readlink "$opt/current" 2>/dev/null)" 2>/dev/null) || before=""
  name=${name:-$(hostname --fqdn 2>/dev/null || hostname)}
  say "installing release $version${before:+ (now $before)}"
  packages
  users
  settings
  release
  local copy=""
  if [ -n "$before" ] && [ "$(setting "c.database_file is None or c.database_file.exists()")" = True ]; then
    copy=$(as_tsim backend.cli.backup create "$copies") || fail "no copy of the store could be made: nothing was changed"
    say "kept a copy of the store: $copy"
    printf '%s\n%s\n' "$before" "$copy" >"$opt/before"
  fi
  switch "$version"
  host=$(setting "(c.hosts or ('localhost',))[0]") root_path=$(setting c.root_path) || { [ -n "$before" ] && switch "$before"; fail "the settings of $etc/tsim.toml cannot be read: see above"; }
  command_
  install_units
  if ! start || ! is_healthy; then
    echo "tsim: release $version does not become healthy: ${answer:-no answer}" >&2
    journalctl -q --no-pager -n 30 -u 'tsim-*' >&2 || true
    if [ -z "$before" ] || [ "$before" = "$version" ]; then fail "look at: journalctl -u 'tsim-*'"; fi
    back "$before" "$copy"
    is_healthy || fail "release $before is not healthy either: look at: journalctl -u 'tsim-*'"
    fail "release $before works as before; nothing is lost"
  fi
  site
  [ -n "$before" ] || before=$version
  keep_few
  CONFIG_PATH=$etc/tsim.toml tsimsh doctor || say "doctor found something to mend: see above"
  say "release $version works: https://$name$([ "$https" = 443 ] || echo ":$https")$root_path/"
  if [ -r "$state/first-password" ]; then say "first user: admin, password: $(cat "$state/first-password") (change it; it is kept in $state/first-password till then)"; fi
  say "users of this machine in the group tsim-admin are administrators: usermod -aG tsim-admin USER"
}

rollback() {
  [ -r "$opt/before" ] || fail "there is no release before this one"
  { read -r before; read -r copy; } <"$opt/before"
  [ -d "$opt/releases/$before" ] || fail "release $before is not kept any more"
  back "$before" "$copy"
  host=$(setting "(c.hosts or ('localhost',))[0]") root_path=$(setting c.root_path)
  is_healthy || fail "release $before is not healthy: look at: journalctl -u 'tsim-*'"
  rm -f "$opt/before"
  say "release $before works, with the store of $(basename "$copy")"
}

uninstall() {
  stop
  systemctl -q disable "${timers[@]}" "${services[@]}" "${sockets[@]}" 2>/dev/null || true
  rm -rf "$units"/tsim-*.{service,socket,timer} "$units"/tsim-*.d "$opt" /run/tsim
  rm -f /usr/local/bin/{tsimsh,tsim-collect,tsim-backup} /etc/sysusers.d/tsim.conf /etc/tmpfiles.d/tsim.conf
  rm -rf /etc/nginx/sites-{available,enabled}/tsim /etc/nginx/tsim /var/cache/tsim
  systemctl daemon-reload
  if systemctl -q is-active nginx; then systemctl reload nginx; fi
  if [ $purge = no ]; then
    say "removed; what stays: $state (store), $copies (copies), /var/lib/tsim-facts, $etc (settings). --purge removes it too"
    return
  fi
  rm -rf "$state" "$copies" /var/lib/tsim-facts "$etc" /etc/pam.d/tsim /etc/apparmor.d/tsim-engine
  local user
  for user in tsim-web tsim-auth tsim-collect tsim; do if id "$user" >/dev/null 2>&1; then userdel "$user" 2>/dev/null || true; fi; done
  say "removed, with all data"
}

case $action in
  install) install_ ;;
  packages) packages ;;
  *) $action ;;
esac
