# Sets of every type, with every kind of entry and option; what the kernel or the tool at hand does not know is left out.
# With `ipset restore`, since `ipset add` of 7.22 ends where an entry has a comment.
while IFS= read -r line; do printf '%s\n' "$line" | ipset restore; done <<'END'
create hosts4 hash:ip counters timeout 0
create pairs4 hash:ip,port timeout 0
create a hash:ip timeout 300 counters comment skbinfo
add a 10.0.0.1 timeout 30 comment "two words" skbmark 0x1/0xff skbprio 1:10 skbqueue 5
add a 10.0.0.2 timeout 0 packets 5 bytes 420 comment "it's -j DROP; add a 10.0.0.3"
create b hash:net family inet6
add b 2001:db8::/32
add b 2001:db8:1::/48 nomatch
create c hash:ip,port
add c 10.0.0.1,80
add c 10.0.0.1,udp:53
add c 10.0.0.1,icmp:ping
add c 10.0.0.1,icmp:5/1
add c 10.0.0.1,gre:0
add c 10.0.0.1,253:0
add c 10.0.0.1,udplite:7
create c6 hash:ip,port family inet6
add c6 2001:db8::1,icmpv6:neighbour-solicitation
add c6 ::1,tcp:80
create d hash:ip,port,ip
add d 10.0.0.1,80,10.0.0.2
create e hash:ip,port,net
add e 10.0.0.1,80,10.0.0.0/8
add e 10.0.0.1,80,10.1.0.0/16 nomatch
create f hash:net,port
add f 10.0.0.0/8,sctp:9
create g hash:net,iface
add g 10.0.0.0/8,eth0
add g 10.1.0.0/16,physdev:eth1
add g 10.2.0.0/16,eth wildcard
create h bitmap:ip range 10.0.0.0/24
add h 10.0.0.7
create h16 bitmap:ip range 10.0.0.0-10.0.255.255 netmask 28
add h16 10.0.0.7
create i bitmap:port range 0-1023 comment
add i 22 comment "ssh"
create j bitmap:ip,mac range 10.0.0.0/24
add j 10.0.0.7,02:00:00:00:00:01
add j 10.0.0.8
create k list:set size 4
add k a
add k b
create l hash:net,net
add l 10.0.0.0/8,10.1.0.0/16
create m hash:mac
add m 02:00:00:00:00:01
create n hash:ip,mark markmask 0xff
add n 10.0.0.1,0x10
create o hash:ip netmask 24 forceadd
add o 10.0.0.1
create p hash:net,port,net
add p 10.0.0.0/8,tcp:80,10.1.0.0/16
create q hash:ip,mac
add q 10.0.0.1,02:00:00:00:00:01
create r hash:ip bitmask 255.255.0.255
add r 10.0.5.1
create empty hash:ip bucketsize 12 initval 0x5c
END
