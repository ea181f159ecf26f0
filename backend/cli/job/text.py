"""Tests of the engine as text that a person reads."""

import json
from typing import Any

from backend.cli.text import answer_text

Document = dict[str, Any]
WIDTH = 30
"""Of services in a list."""


def ended_text(job: Document) -> str:
    """Also of one that has not."""
    reason = f": {job['reason']}" if job["reason"] else ""
    return f"job {job['id']} {_is(job['status'])}{reason}"


def _is(status: str) -> str:
    return f"has {status}" if status in ("succeeded", "failed", "expired") else f"is {status}"


def list_text(document: Document) -> str:
    jobs = document["jobs"]
    if not jobs:
        return "no tests"
    rows = [("ID", "STATUS", "MODE", "FROM → TO", "SERVICES", "SUBMITTED", "BY"), *map(_row, jobs)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([*lines, *(["… and older ones: job list --all"] if document["next"] is not None else [])])


def _row(job: Document) -> tuple[str, ...]:
    ends = " → ".join(job.get(f"{end}_name") or job[end] for end in ("source", "destination"))
    return job["id"], job["status"], job["mode"], ends, _services(job, WIDTH), _time(job["submitted"]), job["user"]


def _end(job: Document, which: str) -> str:
    name = job.get(f"{which}_name")
    return f"{name} ({job[which]})" if name else job[which]


def _services(job: Document, width: int = 0) -> str:
    """As many as there is room for; ports in a row as one may write them."""
    runs = _runs(job["services"])
    names = [_name(run) for run in runs]
    text = ",".join(names)
    if not width or len(text) <= width or len(names) == 1:
        return text
    shown = next(n for n in range(len(names), 0, -1) if n == 1 or len(",".join(names[:n])) <= width - 10)
    return f"{','.join(names[:shown])} and {sum(map(len, runs[shown:]))} more"


def _runs(services: list[Document]) -> list[list[Document]]:
    runs: list[list[Document]] = []
    for each in services:
        before = (each["port"] - 1, each["protocol"]) if each["port"] else None
        if runs and before == (runs[-1][-1]["port"], runs[-1][-1]["protocol"]):
            runs[-1].append(each)
        else:
            runs.append([each])
    return runs


def _name(run: list[Document]) -> str:
    first, last = run[0], run[-1]
    if not first["port"]:
        return str(first["protocol"])
    ports = f"{first['port']}-{last['port']}" if len(run) > 1 else first["port"]
    return f"{ports}/{first['protocol']}"


def _time(text: str | None) -> str:
    return text[:19].replace("T", " ") + "Z" if text else "-"


def show_text(job: Document) -> str:
    snapshot = job["snapshot"]
    lines = [
        f"{ended_text(job)}",
        f"  asked      {_end(job, 'source')} → {_end(job, 'destination')} {_services(job)}",
        f"             {job['mode']}, {job['network']}",
        f"  by         {job['user']}, priority {job['priority']}",
        f"  submitted  {_time(job['submitted'])}",
    ]
    if job["place"] is not None:
        lines.append(f"  waits      {_place(job['place'])}")
    elif job["started"]:
        attempt = f", attempt {job['attempt']}" if job["attempt"] > 1 else ""
        lines.append(f"  started    {_time(job['started'])}{attempt}")
    if job["ended"]:
        lines.append(f"  ended      {_time(job['ended'])}")
    else:
        lines.append(f"  progress   {snapshot['percent']}%, {snapshot['phase']}: {snapshot['message']}")
    lines += [f"  {each['by']:<10} {each['sentence']}" for each in snapshot["services"].values()]
    return "\n".join(lines)


def _place(place: Document) -> str:
    return f"at position {place['position']}, starts in about {place['starts_in_s']:g} s"


def frame_line(frame: Document) -> str:
    """One word of who is watched."""
    if "place" in frame:
        return f"   -  queued    waits {_place(frame['place'])}"
    event = frame.get("event") or frame["snapshot"]
    return f"{event['percent']:>3}%  {event['phase']:<8}  {event['message']}"


def frame_json(frame: Document) -> str:
    return json.dumps(frame, ensure_ascii=False)


def result_text(result: Document, verbose: int) -> str:
    """The proof, or what there is."""
    answer = result["proof"] or result["prediction"]
    lines = [answer_text(answer, verbose)] if answer is not None else ["nothing is known yet"]
    if result["comparison"] is not None:
        lines += [result["comparison"]["sentence"]]
        lines += [f"  {_different(each)}" for each in result["comparison"]["services"] if each["agreement"] != "agrees"]
    lines += [f"note: {text}" for text in result["notes"]]
    return "\n".join([*lines, f"as PDF: job report {result['job']}"])


def _different(service: Document) -> str:
    name = f"{service['port']}/{service['protocol']}" if service["port"] else service["protocol"]
    return f"{name} {service['agreement'].replace('_', ' ')}: {service['why']}"
