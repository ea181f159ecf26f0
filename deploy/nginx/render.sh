#!/bin/bash
# render.sh DIRECTORY NAME=VALUE…: writes the files of this directory into another one, with what stands between @ signs
# put in. DIRECTORY is what they include each other from, such as /etc/nginx/tsim; its site.conf is the site.
#
#   NAME         of the host, such as tsim.example.org          CERTIFICATE, KEY   files of TLS
#   WEB          where it is, as in GUNICORN_BIND: unix:/PATH   PAGE               the built page (TSIM_PAGE)
#   WEB_1, WEB_2 the same of two webs                           PATH               below which path, such as /tsim
#   HTTP, HTTPS  where to listen, such as 443 or [::]:443       UPLOAD_MB          a little more than TSIM_UPLOAD_MB
#   RATE         requests a second of one address               SOCKETS            open sockets of one address
#
# WEBS=2 takes upstream-two.conf. What is not said has the value that it is given below.
set -euo pipefail
[ $# -gt 0 ] || { sed -n '2,3s/^# //p' "$0" >&2; exit 2; }
source_=$(cd "$(dirname "$0")" && pwd)
target=$1
shift

declare -A values=([NAME]=_ [PATH]="" [HTTP]=80 [HTTPS]=443 [UPLOAD_MB]=66 [RATE]=200 [SOCKETS]=1000 [WEBS]=1
  [WEB]=unix:/run/tsim/web [WEB_1]=unix:/run/tsim/web-1 [WEB_2]=unix:/run/tsim/web-2 [PAGE]=/usr/share/tsim/page
  [CERTIFICATE]=/etc/tsim/tls/certificate.pem [KEY]=/etc/tsim/tls/key.pem)
for given in "$@"; do
  name=${given%%=*} value=${given#*=}
  [[ "$given" == *=* && -v "values[$name]" ]] || { echo "render.sh: $given: there are ${!values[*]}" >&2; exit 2; }
  # Nothing that could end a directive of nginx.
  [[ "$value" =~ ^[][A-Za-z0-9_./:~*\ -]*$ ]] || { echo "render.sh: $name: '$value' has other signs than letters, digits and ._-/:~*[]" >&2; exit 2; }
  values[$name]=$value
done
values[CONF]=$(mkdir -p "$target" && cd "$target" && pwd)

script=""
for name in "${!values[@]}"; do script+="s|@$name@|${values[$name]}|g;"; done
# nginx before 1.25.1 (Debian 12, Ubuntu 24.04) has HTTP/2 as a word of `listen`, and newer ones warn of that.
version=$(nginx -v 2>&1 | sed -n "s|^nginx version: nginx/||p") || true # where it is not at hand, it is new
if [ -n "$version" ] && ! printf '1.25.1\n%s\n' "$version" | sort -C -V; then
  script+='/^ *http2 on;$/d; s|^( *listen .* ssl);$|\1 http2;|;'
fi
for file in "$source_"/*.conf; do
  name=$(basename "$file")
  case $name in
    upstream.conf) [ "${values[WEBS]}" = 1 ] || continue ;;
    old.conf) [ -n "${values[PATH]}" ] || continue ;;
    upstream-two.conf) [ "${values[WEBS]}" = 2 ] || continue; name=upstream.conf ;;
  esac
  sed -E "$script" "$file" >"$target/$name"
done
