"""Documents as text that a person reads."""

from typing import Any

Document = dict[str, Any]
OF_RULES = ("rule", "chain_policy")


def trace_text(document: Document, verbose: int) -> str:
    lines = [f"{document['source']} → {document['destination']}{_service(document['flow'])}   ({document['network']})"]
    branches = [document, *document["alternatives"]]
    for number, branch in enumerate(branches, start=1):
        if len(branches) > 1:
            lines.append(f"way {number} of {len(branches)}, {branch['share']:.0%} of flows")
        lines += _branch(branch, verbose)
    if document["scope"] == "routing":
        lines.append(f"Routing only: rules were not asked, since the flow names no {_unsaid(document['flow'])}.")
    return "\n".join(lines)


def _unsaid(flow: Document) -> str:
    """What rules would have to know."""
    if flow["protocol"] is None:
        return "protocol (-p)"
    ports = {"source port (--sport)": flow["source_port"], "destination port (--dport)": flow["destination_port"]}
    return " and no ".join(name for name, port in ports.items() if port is None)


def _service(flow: Document) -> str:
    ports = f"/{flow['destination_port']}" if flow["destination_port"] is not None else ""
    said = f" {flow['protocol']}{ports}" if flow["protocol"] or ports else ""
    return (
        said + (f" mark {flow['mark']:#x}" if flow["mark"] else "") + (f" tos {flow['tos']:#x}" if flow["tos"] else "")
    )


def _branch(branch: Document, verbose: int) -> list[str]:
    lines = []
    path = branch["path"]
    width = max((len(hop["name"]) for hop in path), default=0)
    for hop in path:
        lines.append(f"  {hop['hop']:>2}  {hop['name']:<{width}}  {hop['ip']:<15}  {_passage(hop)}".rstrip())
        if verbose:
            lines += _steps(hop, verbose)
    lines.append(f"  {branch['verdict']}: {branch['reason']}")
    lines += [f"  but: {condition}" for condition in branch["conditions"]]
    return lines


def _passage(hop: Document) -> str:
    if not hop["is_router"]:
        return ""
    way = f"{hop['incoming'] or '·'} → {hop['outgoing'] or '·'}"
    segment = f"  on {hop['segment']}" if hop["segment"] else ""
    return f"{way}{segment}"


def _steps(hop: Document, verbose: int) -> list[str]:
    lines = []
    for step in hop["steps"]:
        lines += [_line("tried", f"{_rule(each)}  ✗ {each['reason']}") for each in step.get("tried", ())]
        place = f"  [{step['section']}:{step['line']}]" if verbose > 1 and step["section"] and step["line"] else ""
        text = _rule(step) if step["kind"] in OF_RULES else " ".join(step["text"].replace("\\", " ").split())
        lines.append(_line(step["kind"].replace("_", " "), f"{text}  → {step['outcome']}{place}"))
    return lines


def _line(kind: str, text: str) -> str:
    return f"        {kind:<12}  {text}"


def _rule(rule: Document) -> str:
    """A policy has no number."""
    place = f"{rule['table']} {rule['chain']}"
    return f"{place} policy" if rule["number"] is None else f"{place} {rule['number']}: {rule['text']}"


def answer_text(document: Document, verbose: int) -> str:
    """One line for each service; with -v path and routers, with -vv every rule that counted, with -vvv every step."""
    lines = [f"{document['source']} → {document['destination']}   ({document['network']}, by {document['by']})"]
    for service in document["services"]:
        lines.append(_verdict_line(service))
        if verbose:
            lines += _path_lines("forward", service["forward"], verbose)
            lines += _path_lines("return", service["return"], verbose)
            lines += [line for router in service["routers"] for line in _router_lines(router, verbose)]
        lines += [f"    but: {condition}" for condition in service["conditions"]]
    lines += [f"assumed: {text}" for text in document["assumptions"]]
    lines += [f"not in the lab: {text}" for text in document["refusals"]]
    return "\n".join(lines)


def _verdict_line(service: Document) -> str:
    name = f"{service['port']}/{service['protocol']}" if service["port"] else service["protocol"]
    way = " on the way back" if service["direction"] == "return" else ""
    reason = f": {service['reason']}" if service["reason"] else ""
    return f"  {name:<10} {service['verdict']}{way}{reason}"


def _path_lines(word: str, trace: Document | None, verbose: int) -> list[str]:
    if trace is None:
        return []
    hops = [f"{hop['name']} {_passage(hop)}".rstrip() for hop in trace["path"]]
    if verbose < 3:
        return [f"    {word:<8} {' | '.join(hops)}"]
    each = [[f"      {name}", *_steps(hop, verbose)] for name, hop in zip(hops, trace["path"], strict=True)]
    return [f"    {word}", *(line for lines in each for line in lines)]


def _router_lines(router: Document, verbose: int) -> list[str]:
    decided = router["decided_by"]
    lines = [f"    {router['name']:<12} {router['verdict']}{_by(decided)}"]
    if router["return_verdict"] not in (None, "accepted"):
        lines.append(f"    {'':<12} return: {router['return_verdict']}{_by(router['return_decided_by'])}")
    if verbose > 1:
        for count in router["counted"]:
            place = f"{count['table']} {count['chain']} {count['number']}"
            lines.append(f"      {count['before']} → {count['after']}  {place:<24} {count['text']}")
    return lines


def _by(decision: Document | None) -> str:
    if decision is None:
        return ""
    if decision["kind"] not in ("rule", "policy"):
        return f" ({decision['text']})"
    place = f" by {decision['table']} {decision['chain']}"
    if decision["kind"] == "policy":
        return f"{place} policy {decision['action']}"
    return f"{place} rule {decision['number']}: {decision['text']}"


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def facts_text(facts: Document) -> str:
    counts = f"{counted(len(facts['routers']), 'router')}, {counted(len(facts['diagnostics']), 'diagnostic')}"
    return "\n".join([f"{facts['network']}: {counts}", *map(_diagnostic, facts["diagnostics"])])


def _diagnostic(each: Document) -> str:
    place = ":".join(str(each[part]) for part in ("file", "section", "line") if each[part] is not None)
    shown = f" {each['text']!r}" if each["text"] else ""
    return f"{place}: {each['expected']}{shown}"


def network_text(topology: Document) -> str:
    network = topology["network"]
    lines = [f"{network['name']}@{network['hash'][:8]}: {counted(network['routers'], 'router')}"]
    for router in topology["routers"]:
        place = f", {router['location']['name']}" if router["location"] else ""
        lines.append(f"{router['name']} ({router['kind']}{place})")
        for interface in router["interfaces"]:
            state = "" if interface["up"] else "  down"
            addresses = " ".join(interface["addresses"]) or "no address"
            segment = f"  on {interface['segment']}" if interface["segment"] else ""
            lines.append(f"  {interface['name']:<12} {addresses}{segment}{state}")
    lines += [f"host {host['name']}: {' '.join(host['addresses'])}" for host in topology["hosts"]]
    return "\n".join(lines)


def plan_text(document: Document) -> str:
    """Each operation behind its namespace; sets and rules, which are many lines, below it."""
    lines = []
    for each in document["operations"]:
        first, *others = each["text"].splitlines() or [""]
        kind = f"{each['kind']}: " if others else ""
        lines.append(f"{each['namespace']}: {kind}{first}")
        lines += [f"    {line}" for line in others]
    lines += [f"left out: {each['router']}: {each['text']}: {each['reason']}" for each in document["omissions"]]
    return "\n".join(lines)
