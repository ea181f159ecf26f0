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
# What is said so is written into /etc/tsim/tsim.toml, which has all other paths and ports too: change it there and run
# this again. An upgrade keeps a copy of the store first, and goes back by itself when the new release does not become
# healthy.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd -P)
umask 022
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

opt=/opt/tsim etc=/etc/tsim units=/etc/systemd/system
file=$etc/tsim.toml
healthy_s=${TSIM_HEALTHY_S:-60}
services=(tsim-auth.service tsim-engine.service tsim-web.service)
sockets=(tsim-auth.socket tsim-engine.socket tsim-web.socket)
timers=(tsim-backup.timer tsim-cleanup.timer tsim-collect.timer)

say() { echo "tsim: $*"; }
fail() { echo "tsim: $*" >&2; exit 1; }

# ---- what is asked

action=install name="" given_certificate="" given_key="" given_http="" given_https="" given_path="" purge=no
value() { if [ $# -lt 2 ] || [ -z "$2" ]; then fail "$1 needs a value"; fi; printf %s "$2"; }
while [ $# -gt 0 ]; do
  case $1 in
    --name) name=$(value "$@"); shift ;;
    --certificate) given_certificate=$(value "$@"); shift ;;
    --key) given_key=$(value "$@"); shift ;;
    --http) given_http=$(value "$@"); shift ;;
    --https) given_https=$(value "$@"); shift ;;
    --path) given_path=$(value "$@"); shift ;;
    --no-nginx) given_https=off ;;
    --packages) action=packages ;;
    --rollback) action=rollback ;;
    --uninstall) action=uninstall ;;
    --purge) purge=yes ;;
    -h | --help) sed -n '2,15s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) fail "$1: no such option; --help lists them" ;;
  esac
  shift
done
[ "$(id -u)" = 0 ] || fail "run this as root"
[[ "$name" =~ ^([A-Za-z0-9][A-Za-z0-9.-]*|\[?[0-9A-Fa-f:.]+\]?)?$ ]] || fail "--name: '$name' is neither a name nor an address"
[[ "$given_http$given_https" =~ ^[][0-9A-Fa-f.:of]*$ ]] || fail "--http, --https: PORT or ADDRESS:PORT"
[[ "$given_path" =~ ^(/[A-Za-z0-9._~-]+)*$ ]] || fail "--path: '$given_path' should be such as /tsim"
if [ -n "$given_certificate$given_key" ]; then
  [ -n "$given_key" ] || fail "--certificate needs --key as well: the file of its private key"
  [ -n "$given_certificate" ] || fail "--key needs --certificate as well: the file of its certificate"
  for given in "$given_certificate" "$given_key"; do
    if [ ! -f "$given" ] || [ ! -r "$given" ]; then fail "--certificate, --key: '$given' is no file that can be read"; fi
  done
fi

# ---- steps

distribution() { # what it is tried on, and what is newer
  local id version least
  # shellcheck disable=SC1091  # it is the machine's
  read -r id version < <(. /etc/os-release; echo "${ID:-unknown} ${VERSION_ID:-}")
  case $id in
    debian) least=12 ;;
    ubuntu) least=24.04 ;;
    *) say "this is neither Debian nor Ubuntu ($id $version): going on as if it were"; return ;;
  esac
  case "$id $version" in
    "debian 12" | "debian 13" | "ubuntu 24.04") ;;
    *) say "this is made for Debian 12, Debian 13 and Ubuntu 24.04; here is $id ${version:-that has no number yet}" ;;
  esac
  [ -z "$version" ] || [ "$(printf '%s\n' "$least" "$version" | sort -V | head -n 1)" = "$least" ] || fail "$id $version is too old: $id $least or newer is needed"
}

packages() { # what is missing, and nothing where all is there: then no network is needed
  local need probe wanted=()
  distribution
  for need in python3=python3 py:ensurepip=python3-venv iptables=iptables ipset=ipset nft=nftables ip=iproute2 \
    openssl=openssl curl=curl ssh=openssh-client path:/usr/share/fonts/truetype/droid=fonts-droid-fallback nginx=nginx \
    apparmor_parser=apparmor; do
    probe=${need%%=*}
    [ "$probe" = nginx ] && is_behind_another && continue
    [ "$probe" = apparmor_parser ] && ! needs_profile && continue
    case $probe in
      py:*) python3 -c "import ${probe#py:}" 2>/dev/null || wanted+=("${need#*=}") ;;
      path:*) [ -e "${probe#path:}" ] || wanted+=("${need#*=}") ;;
      *) command -v "$probe" >/dev/null || wanted+=("${need#*=}") ;;
    esac
  done
  [ ${#wanted[@]} = 0 ] && return
  say "installing Debian packages: ${wanted[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get -q -o DPkg::Lock::Timeout=120 update >/dev/null || say "apt-get update failed: going on with the lists that are there"
  apt-get -q -o DPkg::Lock::Timeout=120 install -y --no-install-recommends "${wanted[@]}" >/dev/null ||
    fail "apt-get could not install: ${wanted[*]} (Ubuntu has some of them in its part universe)"
}

is_behind_another() { [ "$given_https" = off ] || { [ -z "$given_https" ] && grep -qsE '^https *= *"off"' "$file"; }; }

needs_profile() { # Ubuntu 23.10 and newer: user namespaces only for who has a profile of AppArmor that says so
  local switch=/proc/sys/kernel/apparmor_restrict_unprivileged_userns
  [ -r $switch ] && [ "$(cat $switch)" = 1 ]
}

check_machine() {
  [ -d /run/systemd/system ] || fail "systemd does not run here: deploy/start.sh serves without it"
  [ -r "$here/VERSION" ] || fail "$here is no release archive: make release makes one, and install.sh is in it"
  [ -r "$here/frontend/dist/index.html" ] || fail "$here has no built page"
}

check_python() { # and that this archive has packages for it
  local number found
  number=$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "Python 3.11 or newer is needed, here is $number"
  [ -d "$here/wheels" ] || return 0
  compgen -G "$here/wheels/*-cp${number/./}-cp${number/./}-*_$(uname -m).whl" >/dev/null && return
  found=$({ compgen -G "$here/wheels/*.whl" || true; } | sed -nE 's/.*-cp3([0-9]+)-cp3\1-.*_[0-9]+_([a-z0-9_]+)\.whl$/3.\1 (\2)/p' | sort -uV | paste -sd,)
  fail "this archive has packages for Python $found, and here is $number ($(uname -m)): PYTHONS=$number make release makes one; nothing was changed"
}

runs() { "$1/venv/bin/python" -c 'import msgspec' 2>/dev/null; }

check_before() { # after an upgrade of the distribution; the same release is given an environment again
  if [ -z "$before" ] || runs "$opt/current"; then return; fi
  if [ "$before" = "$version" ] && [ "$here" != "$opt/releases/$version" ]; then return; fi
  fail "release $before, which is installed here, does not run with the Python of this machine ($(python3 -V)): run install.sh of its archive first; nothing was changed"
}

check_certificate() {
  local of_certificate of_key
  [ -n "$given_certificate" ] || return 0
  openssl x509 -in "$given_certificate" -noout 2>/dev/null || fail "--certificate: '$given_certificate' is no certificate in PEM"
  openssl pkey -in "$given_key" -passin pass: -noout 2>/dev/null || fail "--key: '$given_key' is no private key in PEM without a password"
  of_certificate=$(openssl x509 -in "$given_certificate" -noout -pubkey)
  of_key=$(openssl pkey -in "$given_key" -passin pass: -pubout)
  [ "$of_certificate" = "$of_key" ] || fail "--key: '$given_key' does not belong to the certificate '$given_certificate'"
  openssl x509 -in "$given_certificate" -noout -checkend 0 >/dev/null || fail "--certificate: '$given_certificate' has expired"
}

users() {
  install -D -m 644 "$here/deploy/systemd/sysusers.conf" /etc/sysusers.d/tsim.conf
  systemd-sysusers /etc/sysusers.d/tsim.conf
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

settings() { # the file of them, with what was said to this script
  install -d -m 755 "$etc" "$etc/tls"
  install -d -m 750 -g tsim-collect "$etc/collect"
  if [ ! -e "$file" ]; then
    install -m 640 -g tsim "$here/deploy/tsim.toml" "$file"
    name=${name:-$(hostname --fqdn 2>/dev/null || hostname)}
  fi
  chown root:tsim "$file" # secrets may stand in it
  chmod 640 "$file"
  [ -z "$name" ] || grep -qE "^hosts *=.*\"$name\"" "$file" || put hosts "[\"$name\"]"
  [ -z "$given_http" ] || put http "\"$given_http\""
  [ -z "$given_https" ] || put https "\"$given_https\""
  [ -z "$given_path" ] || put root_path "\"$given_path\""
  if [ ! -e "$etc/secret.env" ]; then
    (umask 077; echo "SECRET_KEY=$(openssl rand -hex 32)" >"$etc/secret.env")
  fi
  [ -e /etc/pam.d/tsim ] || install -m 644 "$here/deploy/pam.d/tsim" /etc/pam.d/tsim
  if [ -n "$given_certificate" ]; then
    [ "$given_certificate" -ef "$etc/tls/certificate.pem" ] || install -m 644 "$given_certificate" "$etc/tls/certificate.pem"
    [ "$given_key" -ef "$etc/tls/key.pem" ] || install -m 600 "$given_key" "$etc/tls/key.pem"
    put certificate "\"$etc/tls/certificate.pem\""
    put key "\"$etc/tls/key.pem\""
  fi
}

put() { # put NAME VALUE: where it stands in the file, or is shown there, or at its end
  local line="^#$1 = " value
  if grep -qE "^$1 *=" "$file"; then line="^$1 *="; fi
  value=$(printf '%s' "$1 = $2" | sed 's/[&|\\]/\\&/g')
  if grep -qE "$line" "$file"; then sed -i "s|$line.*|$value|" "$file"; else printf '%s\n' "$1 = $2" >>"$file"; fi
}

# Of the file, as a release reads it: paths and ports that units and nginx have as well.
state="" run="" bind="" facts="" backups="" page="" http="" https="" certificate="" key="" upload_mb="" root_path="" hosts=""
read_settings() { # read_settings DIRECTORY of the release
  local found text line
  text=$(CONFIG_PATH=$file PYTHONPATH=$1 "$1/venv/bin/python" -c '
import sys
from backend import config
try:
    c = config.from_environment()
except config.ConfigError as error:
    sys.exit(f"tsim: {error}")
own = str(config.ROOT)
facts = "/var/lib/tsim-facts" if str(c.facts).startswith(own) else c.facts
page = "/opt/tsim/current/frontend/dist" if str(c.page).startswith(own) else c.page
ports = c.http, c.https, c.certificate, c.key
print(c.state, c.run or c.state, c.bind, facts, c.backups, page, *ports, c.upload_mb, c.root_path, " ".join(c.hosts), sep="\n")') ||
    fail "the settings of $file cannot be read: nothing that runs was touched"
  mapfile -t found <<<"$text"
  state=${found[0]} run=${found[1]} bind=${found[2]} facts=${found[3]} backups=${found[4]} page=${found[5]} http=${found[6]}
  https=${found[7]} certificate=${found[8]} key=${found[9]} upload_mb=${found[10]} root_path=${found[11]} hosts=${found[12]}
  for line in "$state" "$run" "$facts" "$backups" "${bind#unix:}"; do
    [[ "$line" =~ ^[][A-Za-z0-9_./:-]+$ && ! "$line" =~ ^/[^/]*$ ]] ||
      fail "$file: '$line' cannot stand in a unit of systemd: a directory below another one, of letters, digits and ._-"
  done
}

placed() { # placed FILE: a file of this release, with the paths of the settings for those of Debian
  sed -e "s|/var/lib/tsim-facts|@facts@|g; s|/run/tsim/web|@bind@|g; s|/var/backups/tsim|@backups@|g" \
    -e "s|/var/lib/tsim|$state|g; s|/run/tsim|$run|g" \
    -e "s|@facts@|$facts|g; s|@bind@|${bind#unix:}|g; s|@backups@|$backups|g" "$1"
}

places() { # directories, and the certificate: one that browsers warn of, where there is none
  local host names=DNS:localhost,IP:127.0.0.1
  placed "$here/deploy/systemd/tmpfiles.conf" >/etc/tmpfiles.d/tsim.conf
  systemd-tmpfiles --create /etc/tmpfiles.d/tsim.conf
  [ "$https" != off ] && [ ! -e "$certificate" ] || return 0
  [ "$certificate" = "$etc/tls/certificate.pem" ] || fail "$file: certificate $certificate does not exist: nothing that runs was touched"
  say "making a certificate that browsers warn of: put a real one into $etc/tls (certificate.pem, key.pem)"
  for host in $hosts; do
    if [[ "$host" =~ ^[0-9.]+$|: ]]; then names=IP:${host//[][]/},$names; else names=DNS:$host,$names; fi
  done
  (umask 077; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 730 -subj "/CN=$(first_host)" \
    -addext "subjectAltName=$names" -keyout "$key" -out "$certificate" 2>/dev/null)
  chmod 644 "$certificate"
}

command_() { # what people type
  local tool
  for tool in tsimsh:backend.cli.tsimsh tsim-collect:backend.cli.collect tsim-backup:backend.cli.backup; do
    cat >"/usr/local/bin/${tool%%:*}" <<EOF
#!/bin/sh
# Made by install.sh.
export CONFIG_PATH="\${CONFIG_PATH:-$file}" PYTHONPATH=$opt/current
exec $opt/current/venv/bin/python -m ${tool#*:} "\$@"
EOF
    chmod 755 "/usr/local/bin/${tool%%:*}"
  done
}

app_armor() {
  needs_profile || return 0
  install -m 644 "$here/deploy/apparmor.d/tsim-engine" /etc/apparmor.d/tsim-engine
  apparmor_parser -r /etc/apparmor.d/tsim-engine
  install -D -m 644 /dev/stdin "$units/tsim-engine.service.d/apparmor.conf" <<<$'[Service]\nAppArmorProfile=tsim-engine'
}

install_units() {
  local unit
  for unit in "${sockets[@]}"; do # one that is to be elsewhere is closed; others stay open all the while
    if [ -e "$units/$unit" ] && ! diff -q <(grep -v '^#' "$units/$unit") <(placed "$opt/current/deploy/systemd/$unit" | grep -v '^#') >/dev/null; then stop; fi
  done
  for unit in "$opt"/current/deploy/systemd/tsim-*.{service,socket,timer}; do placed "$unit" >"$units/$(basename "$unit")"; done
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
  local made=/etc/nginx/tsim site=/etc/nginx/sites-available/tsim is_own=yes
  if [ "$https" = off ]; then
    if [ -e /etc/nginx/sites-enabled/tsim ]; then rm /etc/nginx/sites-enabled/tsim; systemctl reload nginx; fi
    return 0
  fi
  # What was written here is written again; what somebody has changed since stays.
  if [ -e "$site" ] && ! cmp -s "$site" "$made/site.conf"; then is_own=no; fi
  "$opt/current/deploy/nginx/render.sh" $made NAME="${hosts:-_}" HTTP="$http" HTTPS="$https" PATH="$root_path" \
    PAGE="$page" WEB="$bind" CERTIFICATE="$certificate" KEY="$key" UPLOAD_MB="$((upload_mb + 2))" ||
    fail "nginx is not set up: see above; tsim itself runs"
  if [ $is_own = yes ]; then cp $made/site.conf "$site"; else say "$site was changed by hand and stays so; $made/site.conf is what it would be"; fi
  ln -sfn ../sites-available/tsim /etc/nginx/sites-enabled/tsim
  # Debian's page of welcome has the same ports and no name.
  [ "$(readlink /etc/nginx/sites-enabled/default)" = /etc/nginx/sites-available/default ] && rm -f /etc/nginx/sites-enabled/default
  nginx -t -q || fail "nginx does not take its configuration: see above; tsim itself runs"
  systemctl -q enable nginx
  systemctl reload-or-restart nginx || fail "nginx does not start: journalctl -u nginx; tsim itself runs"
  [ $is_own = no ] || is_reached || fail "nginx does not lead to tsim at $https: $answer (journalctl -u nginx; is the port another one's?); tsim itself runs"
}

is_reached() { # through nginx, which takes a moment to open its ports
  local try host port=${https##*:} address=127.0.0.1
  host=$(first_host)
  if [[ "$https" == *:* && "$https" != "[::]:"* ]]; then address=${https%:*}; fi
  for try in 1 2 3 4 5 6 7 8 9 10; do
    answer=$(curl -sSk --max-time 5 --resolve "$host:$port:$address" -o /dev/null -w '%{http_code}' "https://$host:$port$root_path/healthz" 2>&1) || true
    [ "$answer" != 200 ] || return 0
    sleep 0.3
  done
  return 1
}

is_healthy() { # store, engine, password check, disk, memory: /health looks at all of it
  local until=$((SECONDS + healthy_s)) where=("http://$bind$root_path/health")
  [[ "$bind" == unix:* ]] && where=(--unix-socket "${bind#unix:}" "http://localhost$root_path/health")
  while [ $SECONDS -lt $until ]; do
    if answer=$(curl -sS --max-time 5 -H "Host: $(first_host)" -w '\n%{http_code}' "${where[@]}" 2>&1); then
      [ "${answer##*$'\n'}" = 200 ] && return 0
    fi
    if systemctl show -p NRestarts --value "${services[@]}" | grep -q '[3-9]'; then break; fi # it ends each time
    sleep 0.2
  done
  return 1
}

first_host() { if [ -n "$hosts" ]; then echo "${hosts%% *}"; else echo localhost; fi; }

as_tsim() { runuser -u tsim -- env CONFIG_PATH="$file" PYTHONPATH="$opt/current" "$opt/current/venv/bin/python" -m "$@"; }

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
    case $(basename "$each") in "$version" | "$before" | "$(head -n 1 "$opt/before" 2>/dev/null)") ;; *) rm -rf "$each" ;; esac
  done
  for each in "$opt"/environments/*; do
    grep -qsx "$(basename "$each")" "$opt"/releases/*/environment || rm -rf "$each"
  done
}

install_() {
  check_machine
  version=$(cat "$here/VERSION")
  before=$(basename "$(readlink "$opt/current" 2>/dev/null)" 2>/dev/null) || before=""
  say "installing release $version${before:+ (now $before)}"
  packages
  check_certificate
  check_python
  check_before
  users
  settings
  release
  read_settings "$opt/releases/$version"
  places
  local copy=""
  if [ -n "$before" ] && ! is_empty; then
    copy=$(as_tsim backend.cli.backup create "$backups") || fail "no copy of the store could be made: nothing was changed"
    say "kept a copy of the store: $copy"
  fi
  switch "$version"
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
  [ -z "$before" ] || [ "$before" = "$version" ] || printf '%s\n%s\n' "$before" "$copy" >"$opt/before"
  site
  keep_few
  CONFIG_PATH=$file tsimsh doctor || say "doctor found something to mend: see above"
  say "release $version works: $(address)"
  if [ -r "$state/first-password" ]; then say "first user: admin, password: $(cat "$state/first-password") (change it; it is kept in $state/first-password till then)"; fi
  say "users of this machine in the group tsim-admin are administrators: usermod -aG tsim-admin USER"
}

is_empty() { # nothing was ever kept: there is no server of PostgreSQL and no file
  CONFIG_PATH=$file PYTHONPATH=$opt/current "$opt/current/venv/bin/python" -c '
import sys
from backend import config
file = config.from_environment().database_file
sys.exit(file is None or file.exists())'
}

address() {
  local port=${https##*:}
  if [ "$https" = off ]; then echo "$bind, where another proxy finds it"; return; fi
  [ "$port" = 443 ] && port="" || port=:$port
  echo "https://$(first_host)$port$root_path/"
}

rollback() {
  local copy
  [ -r "$opt/before" ] || fail "there is no release before this one"
  { read -r before && read -r copy; } <"$opt/before" || true
  [ -d "$opt/releases/$before" ] || fail "release $before is not kept any more"
  runs "$opt/releases/$before" || fail "release $before does not run with the Python of this machine ($(python3 -V)): nothing was changed"
  read_settings "$opt/releases/$before"
  back "$before" "$copy"
  is_healthy || fail "release $before is not healthy: look at: journalctl -u 'tsim-*'"
  site
  rm -f "$opt/before"
  say "release $before works${copy:+, with the store of $(basename "$copy")}"
}

uninstall() {
  # Read before what can read it is gone.
  if (read_settings "$opt/current") 2>/dev/null; then read_settings "$opt/current"; fi
  stop
  systemctl -q disable "${timers[@]}" "${services[@]}" "${sockets[@]}" 2>/dev/null || true
  rm -rf "$units"/tsim-*.{service,socket,timer} "$units"/tsim-*.d "$opt"
  rm -f /usr/local/bin/{tsimsh,tsim-collect,tsim-backup} /etc/sysusers.d/tsim.conf /etc/tmpfiles.d/tsim.conf
  rm -rf /etc/nginx/sites-{available,enabled}/tsim /etc/nginx/tsim /var/cache/tsim
  systemctl daemon-reload
  if systemctl -q is-active nginx; then systemctl reload nginx; fi
  remove "${run:-$(shown run)}"
  if [ $purge = no ]; then
    say "removed; what stays: ${state:-$(shown state)} (store), ${backups:-$(shown backups)} (copies), ${facts:-$(shown facts)} (facts), $etc (settings). --purge removes it too"
    return
  fi
  remove "${state:-$(shown state)}" "${backups:-$(shown backups)}" "${facts:-$(shown facts)}"
  rm -rf "$etc" /etc/pam.d/tsim /etc/apparmor.d/tsim-engine
  local user
  for user in tsim-web tsim-auth tsim-collect tsim; do if id "$user" >/dev/null 2>&1; then userdel "$user" 2>/dev/null || true; fi; done
  getent group tsim-admin >/dev/null && groupdel tsim-admin
  say "removed, with all data"
}

shown() { # what stands in the file, or in the one that is installed
  local found
  found=$(sed -nE "s/^#?$1 *= *\"(.*)\"$/\1/p" "$file" 2>/dev/null | head -n 1)
  [ -n "$found" ] || found=$(sed -nE "s/^#?$1 *= *\"(.*)\"$/\1/p" "$here/deploy/tsim.toml" | head -n 1)
  echo "$found"
}

remove() { # directories, where they are tsim's own
  local each
  for each in "$@"; do
    if [ ! -d "$each" ]; then continue; fi
    case $(stat -c %U:%G "$each") in
      *tsim*) rm -rf "$each" ;;
      *) say "$each does not belong to tsim: it stays" ;;
    esac
  done
}

case $action in
  install) install_ ;;
  packages) packages ;;
  *) $action ;;
esac
