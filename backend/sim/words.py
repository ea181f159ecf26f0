"""What happens to a packet in the words of an answer."""

from backend.model.answer import Decision, DecisionKind
from backend.sim.netfilter.traverse import Matched
from backend.sim.packet import Packet, show

SECTIONS = {4: "iptables_save", 6: "ip6tables_save"}


def decision_of(router: str, family: int, matched: Matched) -> Decision:
    rule = matched.rule
    if rule is None:
        return Decision(
            router=router,
            kind=DecisionKind.POLICY,
            action=matched.policy,
            table=matched.table,
            chain=matched.chain,
            text=f":{matched.chain} {matched.policy}",
            section=SECTIONS[family],
        )
    return Decision(
        router=router,
        kind=DecisionKind.RULE,
        action=rule.target.name if rule.target is not None else "",
        table=matched.table,
        chain=matched.chain,
        number=rule.number,
        text=rule.text,
        section=SECTIONS[family],
        line=rule.line or None,
        comment=rule.comment,
    )


def ends(packet: Packet) -> str:
    """`10.1.1.50:40000 > 10.2.1.50:443`."""
    source = _end(packet, packet.source, packet.source_port)
    return f"{source} > {_end(packet, packet.destination, packet.destination_port)}"


def _end(packet: Packet, address: int, port: int | None) -> str:
    text = show(packet.family, address)
    if port is None:
        return text
    return f"[{text}]:{port}" if packet.family == 6 else f"{text}:{port}"
