# A small firewall of each kind of chain, as a router has it.
iptables -P FORWARD DROP
iptables -A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -m comment --comment "answers" -j ACCEPT
iptables -A FORWARD -m set --match-set c dst,dst -j ACCEPT
iptables -t nat -A POSTROUTING -o v0 -j MASQUERADE
iptables -t mangle -A PREROUTING -i v1 -j MARK --set-mark 0x10
ip6tables -A FORWARD -m set --match-set b src -p tcp --dport 443 -j ACCEPT
ip6tables -A FORWARD -j REJECT
