"""What a lab by hand answers, as text that a person reads."""

from typing import Any

from backend.cli.text import counted

Document = dict[str, Any]
SHOWN = 10
"""Of what the kernel refused; `-v` shows all of it."""
USUAL = ("", "time to live exceeded", "hop limit exceeded")
"""What a hop on the way says."""


def up_text(document: Document, head: str) -> str:
    return "\n".join([f"{document['network']} {head}: {_machines(document)}", *_lacking(document, 0)])


def _machines(document: Document) -> str:
    kinds = [each["kind"] for each in document["machines"]]
    known = [counted(kinds.count(kind), kind) for kind in ("router", "host")]
    known += [f"{counted(kinds.count('by hand'), 'host')} by hand"] if "by hand" in kinds else []
    known += ["an internet"] if "internet" in kinds else []
    rules = f"; rules by iptables-{document['backend']}" if document["backend"] else ""
    return ", ".join(known) + rules


def status_text(document: Document, label: str, verbose: int) -> str:
    """`label` is that of the facts as they are now."""
    owner = "an ordinary user" if document["is_rootless"] else "root"
    lines = [f"{document['network']} is up since {document['since']}, process {document['pid']} of {owner}"]
    lines += [f"  outdated   {changed(label)}"] if document["network"] != label else []
    lines.append(f"  machines   {_machines(document)}{'' if document['is_whole'] else '; not the whole network'}")
    for kind in ("router", "host"):
        names = [each["name"] for each in document["machines"] if each["kind"] == kind]
        lines += [f"  {f'{kind}s':<10} {' '.join(names)}"] if names else []
    lines += [f"  by hand    {host_text(each)}" for each in document["hosts"]]
    lines += [f"  services   {each['machine']} {' '.join(each['services'])}" for each in document["services"]]
    return "\n".join([*lines, *_lacking(document, verbose)])


def changed(label: str) -> str:
    return f"the facts are {label} now; `network down` and `network up` build that"


def _lacking(document: Document, verbose: int) -> list[str]:
    lines = [f"  refused    {text}" for text in document["refusals"]]
    lines += [f"  left out   {text}" for text in document["omissions"]]
    more = len(lines) - SHOWN
    return lines if verbose or more <= 0 else [*lines[:SHOWN], f"  … and {more} more; network status -v shows all"]


def host_text(host: Document) -> str:
    gateways = f" via {' '.join(host['gateways'])}" if host["gateways"] else ""
    return f"{host['name']} {' '.join(host['addresses'])} on {host['segment']} ({host['on']}){gateways}"


def added_text(host: Document) -> str:
    return "\n".join([host_text(host), *(f"  note: {note}" for note in host["notes"])])


def removed_text(host: Document) -> str:
    services = f", and its services {' '.join(host['stopped'])}" if host["stopped"] else ""
    return f"{host['name']} is gone{services}"


def hosts_text(document: Document) -> str:
    lines = [
        f"{host_text(host)}, by hand" if host["by_hand"] else f"{host['name']} {' '.join(host['addresses'])}"
        for host in document["hosts"]
    ]
    return "\n".join(lines) or "no hosts"


def started_text(document: Document) -> str:
    lines = []
    for word, services in (("started", document["started"]), ("runs already", document["already"])):
        lines += [f"{document['machine']}: {word}: {' '.join(services)}"] if services else []
    return "\n".join([*lines, *(f"  note: {note}" for note in document["notes"])])


def stopped_text(document: Document) -> str:
    lines = []
    for word, services in (("stopped", document["stopped"]), ("did not run", document["not_running"])):
        lines += [f"{document['machine']}: {word}: {' '.join(services)}"] if services else []
    return "\n".join(lines) or f"{document['machine']}: no service runs there"


def services_text(document: Document) -> str:
    lines = [f"{each['machine']}: {' '.join(each['services'])}" for each in document["services"]]
    return "\n".join(lines) or "no service runs"


def tested_text(document: Document) -> str:
    width = max((len(each["service"]) for each in document["services"]), default=0)
    lines = [_ends(document)]
    for each in document["services"]:
        reason = f": {each['reason']}" if each["reason"] else ""
        lines.append(f"  {each['service']:<{width}}  {each['outcome']}{reason}")
    return "\n".join(lines)


def ping_text(document: Document) -> str:
    lines = [_ends(document)]
    lines += [f"  {document['failure']}"] if document["failure"] else []
    lines += [f"  {each['seq']:>3}  {_echo(each)}" for each in document["echoes"]]
    times = [document[f"rtt_{kind}"] for kind in ("min", "avg", "max")]
    rtt = "" if times[0] is None else f", rtt min/avg/max {'/'.join(f'{time:.3f}' for time in times)} ms"
    lines.append(f"{document['sent']} sent, {document['received']} answered, {document['loss']:.0%} lost{rtt}")
    return "\n".join(lines)


def _echo(echo: Document) -> str:
    if not echo["ip"]:
        return str(echo["text"])
    return f"{echo['text']} from {_who(echo)}  ttl {echo['ttl']}  {echo['rtt']:.3f} ms"


def mtr_text(document: Document) -> str:
    port = f"/{document['port']}" if document["port"] else ""
    lines = [f"{_ends(document)} by {document['protocol']}{port}"]
    lines += [f"  {document['failure']}"] if document["failure"] else []
    width = max((len(_who(hop)) for hop in document["path"]), default=0)
    lines += [f"  {hop['hop']:>2}  {_hop(hop, width)}".rstrip() for hop in document["path"]]
    lines += [_last(document)] if not document["failure"] else []
    return "\n".join(lines)


def _hop(hop: Document, width: int) -> str:
    times = "  ".join(f"{'*':^10}" if time is None else f"{time:>7.3f} ms" for time in hop["rtts"])
    remarks = [] if hop["answer"] in USUAL else [hop["answer"]]
    remarks += [f"also {_who(each)}" for each in hop["also"]]
    return f"{_who(hop):<{width}}  {times}  {', '.join(remarks)}"


def _last(document: Document) -> str:
    path = document["path"]
    if document["reached"]:
        return f"reached: {counted(len(path), 'hop')}"
    if path and path[-1]["answer"] not in USUAL:
        return f"not reached: it ends at {path[-1]['name']}"
    if len(path) == document["asked"]:
        return f"not reached within {len(path)} hops"
    asked = f"of {document['asked']} hops asked"
    return f"not reached: behind hop {len(path)} nobody answers, {asked}" if path else f"nobody answers, {asked}"


def _who(each: Document) -> str:
    if not each["ip"]:
        return "*"
    return each["ip"] if each["name"] == each["ip"] else f"{each['name']} ({each['ip']})"


def _ends(document: Document) -> str:
    source, destination = (
        _who({"name": document[f"{end}_name"] or document[end], "ip": document[end]}) if document[end]
        else document[f"{end}_name"]
        for end in ("source", "destination")
    )  # fmt: skip
    return f"{source} → {destination}   ({document['network']})"
