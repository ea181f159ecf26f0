# Every kind of address, route and policy rule that the kernel at hand knows; what it refuses is left out.
ip link set lo up
for i in 0 1 2 3; do ip link add name v$i type veth peer name w$i; ip link set v$i up; ip link set w$i up; done
ip link add name eth0.100 type veth peer name down0
ip link set eth0.100 up
ip link add name br0 type bridge; ip link set br0 up; ip link set w3 master br0
ip link set v1 alias "a name"; ip link property add dev v1 altname other-name
ip link add name dum0 group 7 type dummy; ip link set dum0 up; ip link add name red type vrf table 10; ip link set red up; ip link set dum0 master red
ip link add link v1 name v1.5 type vlan id 5; ip link add link v1 name mac0 type macvlan mode bridge; ip link add name vx0 type vxlan id 7 dstport 4789 dev v1
ip link add name tun0 type gre local 10.1.1.1 remote 10.1.1.254 ttl 64; ip link add name tun1 type ipip remote 10.1.1.253; ip link add name tun2 type sit remote 10.1.1.252
ip link add name tun3 type ip6gre remote 2001:db8::1; ip link add name wg0 type wireguard; ip link add name bond0 type bond; ip link add name ifb0 type ifb
for i in v1.5 mac0 vx0 tun0 tun1 tun2 wg0; do ip link set $i up; done
ip addr add 10.7.0.1/24 dev dum0; ip addr add 10.8.0.1/30 dev tun0; ip addr add 10.8.1.1 peer 10.8.1.2 dev wg0; ip addr add 10.8.2.1/32 dev wg0
ip -6 addr add 2001:db8:7::1/64 dev dum0 nodad; ip -6 addr add 2001:db8:8::1/64 dev wg0 nodad; ip -6 addr add fe80::1/64 dev wg0
ip addr add 10.1.1.1/24 brd + dev v0; ip addr add 10.1.1.2/24 dev v0; ip addr add 10.1.1.77/24 dev v0 label v0:one
ip addr add 10.0.0.1 peer 10.0.0.2/32 dev v1; ip addr add 10.2.0.1/30 dev v1 metric 77; ip addr add 10.3.0.0/31 dev v2
ip addr add 10.4.0.1/24 dev v2 scope link noprefixroute; ip addr add 10.5.0.1/24 dev eth0.100 valid_lft 1000 preferred_lft 500
ip addr add 10.6.0.1/24 dev br0 scope 200
ip -6 addr add 2001:db8:1::1/64 dev v0 nodad; ip -6 addr add 2001:db8:2::1/64 dev v1 nodad; ip -6 addr add 2001:db8:3::1 peer 2001:db8:3::2/128 dev v1 nodad
ip -6 addr add 2001:db8:5::1/64 dev eth0.100 valid_lft 1000 preferred_lft 0 nodad; ip -6 addr add 2001:db8:6::1/64 dev br0 noprefixroute home mngtmpaddr
ip route add default via 10.1.1.254
ip route add default via 10.1.1.253 metric 100 proto static src 10.1.1.2
ip route add 10.20.0.0/16 via 10.1.1.254 dev v0 proto bird mtu 1400 advmss lock 1300 window 1000 rtt 100ms initcwnd 10 hoplimit 5 quickack 1 congctl cubic features ecn rto_min 100ms realm 5
ip route add 10.21.0.0/16 nexthop via 10.1.1.254 dev v0 weight 1 nexthop via 10.2.0.2 dev v1 weight 3
ip route add 10.22.0.0/16 proto 99 metric 5 nexthop via 10.1.1.9 weight 2 nexthop dev v1 nexthop via 192.0.2.1 dev v2 onlink
ip route add blackhole 10.23.0.0/16; ip route add unreachable 10.24.0.0/16 metric 4278198272; ip route add prohibit 10.25.0.0/16 proto 77; ip route add throw 10.26.0.0/16 table 100
ip route add 10.27.0.0/16 via 10.1.1.7 tos 0x10; ip route add 10.27.0.0/16 via 10.1.1.8 tos 0x20; ip route add 10.28.0.1 dev v1 scope link; ip route add 10.28.0.0/16 dev v1 scope 150
ip route add 192.0.2.0/24 via 203.0.113.1 dev v2 onlink; ip route add 10.29.0.0/16 via inet6 fe80::1 dev v0
ip route add local 10.30.0.0/16 dev lo; ip route add broadcast 10.31.0.255 dev v0 table 255; ip route add 10.32.0.0/16 via 10.1.1.4 table 5000
ip route add multicast 224.1.0.0/16 dev v0; ip route add 10.50.0.0/16 dev eth0.100 src 10.5.0.1
ip nexthop add id 10 via 10.1.1.5 dev v0; ip nexthop add id 11 via 10.2.0.2 dev v1; ip nexthop add id 20 group 10,3/11,1
ip route add 10.33.0.0/16 nhid 10; ip route add 10.34.0.0/16 nhid 20 metric 9
ip route add 10.35.0.0/16 encap mpls 100/200 via 10.1.1.3 dev v0; ip route add 10.36.0.0/16 encap ip id 5 src 10.1.1.1 dst 10.9.9.9 ttl 3 tos 4 via 10.1.1.3 dev v0
ip -6 route add default via 2001:db8:1::fe; ip -6 route add default via fe80::9 dev v1 metric 5 pref high
ip -6 route add 2001:db8:20::/48 via 2001:db8:1::fe proto static mtu 1400 expires 1000
ip -6 route add 2001:db8:21::/48 nexthop via 2001:db8:1::fe dev v0 weight 1 nexthop via fe80::7 dev v1 weight 5
ip -6 route add blackhole 2001:db8:23::/48; ip -6 route add unreachable 2001:db8:24::/48 metric 4294967295; ip -6 route add prohibit 2001:db8:25::/48; ip -6 route add throw 2001:db8:26::/48 table 100
ip -6 route add 2001:db8:28::/48 from 2001:db8:1::/64 via 2001:db8:1::fd; ip -6 route add 2001:db8:29::1 dev v2; ip -6 route add local 2001:db8:30::/64 dev lo
ip -6 route add 2001:db8:31::/48 via fe80::1 dev v2 onlink src 2001:db8:1::1; ip -6 nexthop add id 30 via fe80::5 dev v0; ip -6 route add 2001:db8:33::/48 nhid 30
ip -6 route add 2001:db8:35::/48 encap seg6 mode encap segs fc00::1,fc00::2 via 2001:db8:1::3 dev v0; ip -6 route add anycast 2001:db8:36::/64 dev v0
ip route add 10.89.0.0/16 mtu lock 1400 via 10.1.1.3; ip route add 10.91.0.0/16 encap xfrm if_id 5 dev v0
ip route add 10.90.0.0/16 nexthop via 10.1.1.3 dev v0 encap ip id 7 dst 10.8.8.8 nexthop via 10.1.1.4 dev v0 weight 256; ip route add 10.92.0.0/16 proto 200 scope 100 dev v0
ip nexthop add id 50 group 10/11 type resilient buckets 8; ip route add 10.93.0.0/16 nhid 50; ip nexthop add id 40 blackhole; ip route add 10.94.0.0/16 nhid 40
ip route add 10.95.0.0/16 dev v0 fastopen_no_cookie 1 rtt 5ms rttvar 4ms ssthresh 3 reordering 7 initrwnd 9; ip route add 10.96.0.0/16 dev v0 ttl-propagate disabled
ip route add 10.98.0.0/16 encap ip6 id 5 dst 2001:db8::9 via 10.1.1.3 dev v0; ip route add 10.99.0.0/16 via 10.1.1.3 dev v0 features tcp_usec_ts
ip -6 nexthop add id 31 via fe80::6 dev v1; ip nexthop add id 32 group 30,5/31; ip -6 route add 2001:db8:93::/48 nhid 32; ip -6 route add 2001:db8:94::/48 proto ra dev v0 pref low
ip -6 route add 2001:db8:95::/48 encap ioam6 trace prealloc type 0x800000 ns 0 size 4 dev v0; ip -6 route add 2001:db8:96::/48 encap seg6local action End.DX6 nh6 ::1 dev v0
ip -6 route add 2001:db8:97::/48 encap seg6local action End.DT6 table 100 dev v0; ip -6 route add 2001:db8:98::/48 encap rpl segs 2001:db8::1 dev v0
ip -6 route add 2001:db8:99::/48 encap seg6local action End.X nh6 ::1 dev v0; ip -6 route add 2001:db8:9a::/48 encap ip6 id 5 dst 2001:db8::9 via 2001:db8:1::3 dev v0
ip link set w2 down
for f in -4 -6; do
 if [ $f = -4 ]; then a=10.1.0.0/16; b=192.0.2.1; z=0.0.0.0/8; else a=2001:db8:1::/48; b=2001:db8::1; z=::/8; fi
 ip $f rule add priority 100 from $a lookup 100
 ip $f rule add priority 101 to $b lookup main
 ip $f rule add priority 102 not from $a to $a iif v0 oif v1 lookup 200
 ip $f rule add priority 103 iif nosuch0 lookup 200
 ip $f rule add priority 104 oif nosuch1 iif v0 lookup 200
 ip $f rule add priority 105 fwmark 0x10 lookup 200
 ip $f rule add priority 106 fwmark 0x10/0xff lookup 200
 ip $f rule add priority 107 tos 0x10 lookup 200
 ip $f rule add priority 108 ipproto tcp dport 443 lookup 200
 ip $f rule add priority 109 ipproto udp sport 1000-2000 dport 53-54 lookup 200
 ip $f rule add priority 110 ipproto 253 lookup 200
 ip $f rule add priority 111 uidrange 1000-2000 lookup 200
 ip $f rule add priority 112 tun_id 7 lookup 200
 ip $f rule add priority 113 lookup main suppress_prefixlength 0
 ip $f rule add priority 114 lookup main suppress_ifgroup 5
 ip $f rule add priority 115 goto 200
 ip $f rule add priority 116 goto 4000
 ip $f rule add priority 117 nop
 ip $f rule add priority 118 from $a blackhole
 ip $f rule add priority 119 from $a unreachable
 ip $f rule add priority 120 from $a prohibit
 ip $f rule add priority 121 l3mdev
 ip $f rule add priority 122 from $z lookup 5000 realms 3/4
 ip $f rule add priority 123 from $a lookup 200 protocol static
 ip $f rule add priority 200 fwmark 0x0/0x1 lookup 253
 ip $f rule add priority 201 ipproto ipv6-icmp lookup 200
 ip $f rule add priority 202 ipproto gre lookup 200
done
