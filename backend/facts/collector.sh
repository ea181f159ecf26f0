#!/bin/sh
# Collects what decides a packet's way through this Linux router: routes, policy rules, interfaces, kernel settings,
# firewall rules and sets. Prints one facts file. Nothing is changed here, and no kernel module is loaded.
# Needs a POSIX shell, awk, sed, sort and iproute2; iptables, ipset, nft and conntrack where they are in use.
set -u
LC_ALL=C
export LC_ALL
PATH=${PATH:-/bin:/usr/bin}:/usr/local/sbin:/usr/sbin:/sbin
umask 077

usage() {
    cat <<'USAGE'
usage: collector.sh [--name NAME] [--metadata FILE] [--only NAMES] [FILE]
  FILE             where the facts go (default: standard output)
  --name NAME      name of the router (default: its host name)
  --metadata FILE  JSON with type, location, roles (default: /etc/tsim/metadata.json, where there is one)
  --only NAMES     only these sections, with commas between, * allowed: 'interfaces,*routing_table_*'
  --help           this text
Run it as root: without, the firewall cannot be read, and the facts say so.
SOURCE_DATE_EPOCH fixes all times in the output.
USAGE
}

refuse() {
    echo "collector.sh: $1" >&2
    exit 2
}

name=${TSIM_NAME:-}
metadata_text=${TSIM_METADATA:-}
metadata_file=
only=
file=
while [ $# -gt 0 ]; do
    case $1 in
        --name | --metadata | --only)
            [ $# -ge 2 ] || refuse "$1 needs a value"
            case $1 in
                --name) name=$2 ;;
                --metadata) metadata_file=$2 ;;
                --only) only=$2 ;;
            esac
            shift 2
            ;;
        -h | --help)
            usage
            exit 0
            ;;
        -?*) refuse "there is no option $1 (--help tells which there are)" ;;
        *)
            [ -z "$file" ] || refuse "more than one file: $file and $1"
            file=$1
            shift
            ;;
    esac
done
[ -n "$name" ] || name=$(uname -n)
case $name in
    *[!A-Za-z0-9._-]* | '') refuse "a name has letters, digits, . _ and - only: $name" ;;
esac
if [ -z "$metadata_file" ] && [ -z "$metadata_text" ] && [ -r /etc/tsim/metadata.json ]; then
    metadata_file=/etc/tsim/metadata.json
fi
[ -z "$metadata_file" ] || [ -r "$metadata_file" ] || refuse "cannot read $metadata_file"

# ---- sections

collected=

now() {
    if [ -n "${SOURCE_DATE_EPOCH:-}" ]; then
        date -u -d "@$SOURCE_DATE_EPOCH" '+%Y-%m-%d %H:%M:%S'
    else
        date '+%Y-%m-%d %H:%M:%S'
    fi
}

wanted() {
    [ -n "$only" ] || return 0
    patterns=$only,
    while [ -n "$patterns" ]; do
        pattern=${patterns%%,*}
        patterns=${patterns#*,}
        # shellcheck disable=SC2254  # a pattern is meant as one
        case $1 in
            $pattern) return 0 ;;
        esac
    done
    return 1
}

# section NAME TITLE COMMAND… : the output of a command between markers, with its exit code.
section() {
    section_name=$1
    title=$2
    shift 2
    shown=${as:-$*}
    as=
    wanted "$section_name" || return 0
    printf '=== TSIM_SECTION_START:%s ===\nTITLE: %s\nCOMMAND: %s\nTIMESTAMP: %s\n---\n' \
        "$section_name" "$title" "$shown" "$(now)"
    # What the command complains about is caught; its output goes straight through.
    { complaint=$("$@" 2>&1 >&4 4>&-); } 4>&1
    code=$?
    if [ "$code" -ne 0 ]; then
        case $complaint in
            *'FIB table does not exist'*) code=0 ;; # named somewhere, but nothing is in it
            *) [ -z "$complaint" ] || printf '%s\n' "$complaint" | sed 's/^===/ ===/' ;;
        esac
        complaint=
    fi
    printf '\nEXIT_CODE: %s\n=== TSIM_SECTION_END:%s ===\n\n' "$code" "$section_name"
    [ -z "$complaint" ] || printf '%s\n' "$complaint" | sed '/^#* *$/d; s/^#* */# /'
    collected="$collected $section_name"
}

# text NAME TITLE TEXT : a section that says something instead of data.
text() {
    as=none section "$1" "$2" printf '%s\n' "$3"
}

has() {
    command -v "$1" >/dev/null 2>&1
}

# Whether a part of the kernel is there already. Asking for one that is not would load it.
in_kernel() {
    [ -r /proc/modules ] || return 0
    grep -q "^$1 " /proc/modules && return 0
    [ -d "/sys/module/$1" ] && return 0
    grep -q "/$1\\.ko" "/lib/modules/$(uname -r)/modules.builtin" 2>/dev/null
}

# ---- routing

table_names() {
    for each in /usr/share/iproute2/rt_tables /usr/share/iproute2/rt_tables.d/*.conf \
        /etc/iproute2/rt_tables /etc/iproute2/rt_tables.d/*.conf; do
        [ -r "$each" ] && cat "$each"
    done
    return 0
}

# All tables of a family: those with routes, those that rules name, those that have a name.
table_numbers() {
    {
        table_names | sed 's/^/name /'
        ip "-$1" -o route show table all 2>/dev/null | sed 's/^/route /'
        ip "-$1" rule show 2>/dev/null | sed 's/^/rule /'
    } | awk '
        BEGIN { number["local"] = 255; number["main"] = 254; number["default"] = 253; seen[255]; seen[254] }
        $1 == "name" { if ($2 ~ /^[0-9]+$/ && $3 != "") { number[$3] = $2; seen[$2] } next }
        {
            for (i = 2; i < NF; i++)
                if ($i == "table" || $i == "lookup") {
                    if ($(i + 1) in number) seen[number[$(i + 1)]]
                    else if ($(i + 1) ~ /^[0-9]+$/) seen[$(i + 1)]
                }
        }
        END { for (each in seen) if (each + 0 > 0) print each }
    ' | sort -rnu
}

table_title() {
    table_names | awk -v wanted="$1" '
        BEGIN { name["255"] = "local"; name["254"] = "main"; name["253"] = "default" }
        $1 ~ /^[0-9]+$/ && $2 != "" { name[$1] = $2 }
        END { print (wanted in name) ? name[wanted] " (" wanted ")" : "(" wanted ")" }
    '
}

routing_tables() {
    prefix=$2
    for table in $(table_numbers "$1"); do
        suffix=$table
        [ "$table" != 254 ] || suffix=main
        section "${prefix}routing_table_$suffix" "IPv$1 routing table $(table_title "$table")" \
            ip "-$1" -o route show table "$table"
    done
}

settings() {
    for each in ip_forward ip_default_ttl fib_multipath_hash_policy; do
        setting "net/ipv4/$each"
    done
    [ ! -d /proc/sys/net/ipv6 ] || setting net/ipv6/fib_multipath_hash_policy
    for each in /proc/sys/net/ipv4/conf/*/; do
        path=${each#/proc/sys/}
        for key in rp_filter forwarding accept_local src_valid_mark arp_ignore proxy_arp ignore_routes_with_linkdown; do
            setting "$path$key"
        done
    done
    for each in /proc/sys/net/ipv6/conf/*/; do
        [ ! -d "$each" ] || setting "${each#/proc/sys/}forwarding"
    done
}

setting() {
    # With cat instead of read, an interface that goes away in this moment is no error.
    value=$(cat "/proc/sys/$1" 2>/dev/null) && printf '%s = %s\n' "$1" "$value"
    return 0
}

routing() {
    section interfaces 'Interfaces' ip addr show
    section interface_stats 'Interface counters' cat /proc/net/dev
    section ip_forwarding 'IPv4 forwarding' cat /proc/sys/net/ipv4/ip_forward
    if has ip && [ -n "$(ip -o link show type vrf 2>/dev/null)" ]; then
        section vrf 'VRF interfaces' ip vrf show
    fi
    as='cat rt_tables' section rt_tables 'Names of routing tables' table_names
    section policy_rules 'IPv4 policy rules' ip -4 rule show
    routing_tables 4 ''
    if [ -d /proc/sys/net/ipv6 ]; then
        section ip6_forwarding 'IPv6 forwarding' cat /proc/sys/net/ipv6/conf/all/forwarding
        section ip6_policy_rules 'IPv6 policy rules' ip -6 rule show
        routing_tables 6 ip6_
    else
        echo '# This kernel has no IPv6.'
    fi
    as='cat /proc/sys/net/…' section sysctl_net 'Kernel settings of routing' settings
}

# ---- firewall

# saved COMMAND : what iptables-save and its like print. With a fixed clock, the times in its comments are fixed too.
saved() {
    if [ -z "${SOURCE_DATE_EPOCH:-}" ]; then
        "$@"
        return
    fi
    listing=$("$@")
    saved_code=$?
    stamp=$(date -u -d "@$SOURCE_DATE_EPOCH" '+%a %b %e %H:%M:%S %Y')
    [ -z "$listing" ] || printf '%s\n' "$listing" | sed "s/^\\(# [GC].* on \\).*/\\1$stamp/"
    return $saved_code
}

# holds_rules COMMAND : whether a chain has a rule or a policy that drops, or a set table of its own exists.
holds_rules() {
    has "$1" && "$1" 2>/dev/null | grep -q '^-A\|^:[A-Za-z]* DROP'
}

# has_backend 4|6 nft|legacy : whether there can be rules of this kind; asking loads nothing.
has_backend() {
    case $2 in
        nft) in_kernel nf_tables ;;
        legacy) if [ "$1" = 4 ]; then [ -e /proc/net/ip_tables_names ]; else [ -e /proc/net/ip6_tables_names ]; fi ;;
    esac
}

backend_of() {
    case $("$1" -V 2>/dev/null) in
        *nf_tables*) echo nft ;;
        *) echo legacy ;;
    esac
}

# rules 4 iptables : sections iptables_save, …; of the two kinds of iptables, both where both hold rules.
rules() {
    family=$1
    tool=$2
    if ! has "$tool-save"; then
        section "${tool}_save" "IPv$family rules" "$tool-save"
        text "${tool}_missing" "$tool is not there" "$tool-save is not installed on this router"
        return 0
    fi
    if [ "$root" = no ]; then
        text "${tool}_warning" 'Not root' "not root: the rules of $tool cannot be read"
    fi
    mine=$(backend_of "$tool")
    other=nft
    [ "$mine" = legacy ] || other=legacy
    main=$tool-save
    second=
    if has_backend "$family" "$other" && holds_rules "$tool-$other-save"; then
        second=$tool-$other-save
        if ! has_backend "$family" "$mine" || ! holds_rules "$main"; then
            main=$second
            second=
            mine=$other
        fi
    fi
    if has_backend "$family" "$mine"; then
        as=$main section "${tool}_save" "IPv$family rules ($mine)" saved "$main"
    else
        as=$main section "${tool}_save" "IPv$family rules: none, the kernel holds no tables of $mine" true
    fi
    if [ -n "$second" ]; then
        as=$second section "${tool}_${other}_save" "IPv$family rules of the other kind, $other: they apply as well" saved "$second"
    fi
    displays "$tool" "$main"
}

# Listing a table that is not in use would make it; only those are listed that hold something.
displays() {
    lister=${2%-save}
    for table in filter nat mangle; do
        wanted "${1}_$table" || continue
        if "$2" 2>/dev/null | grep -q "^\\*$table"; then
            section "${1}_$table" "Rules of table $table, for display" \
                "$lister" -t "$table" -L -n -v --line-numbers
        fi
    done
}

sets() {
    if ! has ipset; then
        section ipset_save 'Sets' ipset save
        text ipset_missing 'ipset is not there' 'ipset is not installed on this router'
        return 0
    fi
    [ "$root" = yes ] || text ipset_warning 'Not root' 'not root: sets cannot be read'
    if in_kernel ip_set; then
        section ipset_save 'Sets' ipset save
        section ipset_list 'Sets, for display' ipset list
    else
        as='ipset save' section ipset_save 'Sets: none, the kernel has not loaded ip_set' true
    fi
}

iptables_info() {
    for tool in iptables ip6tables ipset nft; do
        if has "$tool"; then
            printf '%s: %s\n' "$tool" "$("$tool" --version 2>&1 | sed -n 1p)"
        else
            printf '%s: not installed\n' "$tool"
        fi
    done
    for family in ip ip6; do
        tables=$(sort "/proc/net/${family}_tables_names" 2>/dev/null | tr '\n' ' ')
        printf '%stables legacy tables: %s\n' "$family" "${tables:-none}"
    done
    return 0
}

firewall() {
    as='iptables --version …' section iptables_info 'Firewall tools and what they keep rules in' iptables_info
    rules 4 iptables
    [ ! -d /proc/sys/net/ipv6 ] || rules 6 ip6tables
    sets
    if has nft && in_kernel nf_tables; then
        section nft_ruleset 'nftables' nft -j list ruleset
    fi
}

# ---- the rest

conntrack_info() {
    for each in nf_conntrack_count nf_conntrack_max nf_conntrack_buckets; do
        [ ! -r "/proc/sys/net/netfilter/$each" ] ||
            printf '%s = %s\n' "$each" "$(cat "/proc/sys/net/netfilter/$each")"
    done
    return 0
}

conntrack_entries() {
    # Informative only; a busy gateway holds a million.
    if [ -r /proc/net/nf_conntrack ]; then
        sed 5000q /proc/net/nf_conntrack
    else
        conntrack -L 2>/dev/null | sed 5000q
    fi
}

connections() {
    if [ "$root" = yes ] && [ -e /proc/sys/net/netfilter/nf_conntrack_max ]; then
        section conntrack_info 'Connection tracking: limits' conntrack_info
        if [ -r /proc/net/nf_conntrack ] || has conntrack; then
            as='conntrack -L' section conntrack 'Connection tracking: the first 5000 entries' conntrack_entries
        else
            text conntrack_unavailable 'No list of connections' 'neither /proc/net/nf_conntrack nor the conntrack tool'
        fi
    else
        text conntrack_unavailable 'No list of connections' 'not root, or this kernel tracks no connections now'
    fi
}

modules() {
    if [ -r /proc/modules ]; then
        sort /proc/modules
    else
        echo '# this kernel has no modules'
    fi
}

netfilter_modules() {
    modules | awk '$1 ~ /^(nf_|nft_|xt_|x_tables|ip_set|ipt_|ip6t_|ip_tables|ip6_tables|iptable_|ip6table_|nfnetlink)/ { print $1 }'
}

metadata() {
    if [ -n "$metadata_file" ]; then
        sed 's/^===/ ===/' "$metadata_file"
    else
        printf '%s\n' "$metadata_text" | sed 's/^===/ ===/'
    fi
}

system() {
    if [ -n "$metadata_file$metadata_text" ]; then
        as=metadata section metadata 'What people say about this router' metadata
    fi
    section hostname 'Host name' uname -n
    section kernel_version 'Kernel' uname -a
    as='cat /proc/modules' section loaded_modules 'Kernel modules' modules
    as='cat /proc/modules' section netfilter_modules 'Kernel modules of the firewall' netfilter_modules
}

facts() {
    printf '# Facts of a router: routing, firewall and what decides beside them.\n# Hostname: %s\n# Collected: %s\n\n' \
        "$name" "$(now)"
    system
    routing
    firewall
    connections
    printf 'TSIM_FACTS_COLLECTION_COMPLETE\nSECTIONS_COLLECTED:%s\n' "$collected"
}

as=
root=no
[ "$(id -u)" != 0 ] || root=yes
if [ -z "$file" ]; then
    facts
else
    # Whoever looks at FILE sees the old one or the whole new one.
    if facts >"$file.part.$$" && mv -f "$file.part.$$" "$file"; then
        exit 0
    fi
    rm -f "$file.part.$$"
    exit 1
fi
