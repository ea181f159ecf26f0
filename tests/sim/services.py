"""A network whose rules look at ports in several ways: a set, a pair, a list, and one that is translated."""

NETWORK = """
[network]
name = "sets"
[[router]]
name = "gw"
ipset = '''
create web bitmap:port range 0-1024
add web 80
create pairs hash:ip,port family inet
add pairs 10.2.0.50,tcp:8443
'''
iptables = '''
*nat
:PREROUTING ACCEPT
-A PREROUTING -p tcp -m tcp --dport 90 -j DNAT --to-destination 10.2.0.50:91
COMMIT
*filter
:INPUT ACCEPT
:FORWARD DROP
:OUTPUT ACCEPT
-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT
-A FORWARD -p tcp -m set --match-set web dst -j ACCEPT
-A FORWARD -p tcp -m set --match-set pairs dst,dst -j ACCEPT
-A FORWARD -p tcp -m multiport --dports 91,1000:1010 -j ACCEPT
COMMIT
'''
[[router.interface]]
name = "a"
addresses = ["10.1.0.1/24"]
[[router.interface]]
name = "b"
addresses = ["10.2.0.1/24"]
"""
