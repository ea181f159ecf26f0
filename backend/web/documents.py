"""What is answered, for the OpenAPI description. The engine makes most of it, and it is passed on as it comes."""

from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from backend.wire.difference import Word

Status = Literal["queued", "running", "succeeded", "failed", "cancelled", "expired"]
Mode = Literal["predict", "prove"]
Priority = Literal["low", "normal", "high"]
Phase = Literal["queued", "predict", "build", "services", "test", "analyze", "report", "done"]
State = Literal["started", "progress", "finished", "failed"]
Role = Literal["user", "admin"]
ScopeName = Literal["read", "test", "admin"]
Count = Annotated[int, Meta(ge=0)]


class Problem(Struct):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str
    field: str | None = None
    """What of the request it is about."""


class Me(Struct):
    username: str
    role: Role
    scopes: list[ScopeName]
    """What the token is good for; a session is for all."""
    origin: Literal["local", "pam"]
    """pam: the account is one of the machine, which knows the password."""
    id: str | None
    """Of the session."""
    expires: datetime | None
    """The end of the session unless it is used, or of the token however it is."""


class Nobody(Struct):
    """Nobody has signed in."""

    username: None
    role: None


class Service(Struct):
    port: int | None
    """Null where the protocol has none."""
    protocol: str


class Place(Struct):
    position: Count
    starts_in_s: float


class Outcome(Service):
    """What has been found of a service, in short."""

    verdict: Word
    router: str | None
    """That stopped it."""
    action: str | None
    """What it did there, as iptables calls it, or the word for what else happened."""


class Job(Struct):
    id: str
    number: int
    user: str
    status: Status
    phase: Phase
    reason: str
    mode: Mode
    priority: Priority
    attempt: int
    network: str
    source: str
    destination: str
    source_name: str | None
    """Of the host or router that had this address, in the facts of the test."""
    destination_name: str | None
    source_port: int | None
    services: list[Service]
    submitted: datetime
    started: datetime | None
    ended: datetime | None
    expected_s: float
    place: Place | None
    """Of one that waits."""
    outcomes: list[Outcome] = []
    """As far as they have been found."""


class PhaseView(Struct):
    state: State
    began: datetime
    changed: datetime
    message: str


class Snapshot(Struct):
    """What the events up to number `seq` amount to."""

    job: str
    seq: Count
    percent: Count
    phase: Phase
    state: State
    message: str
    phases: dict[str, PhaseView]
    services: dict[str, dict[str, Any]]


class Question(Struct):
    """What asks for the same again, as `POST /api/v1/jobs` takes it."""

    source: str
    destination: str
    services: str
    mode: Mode
    priority: Priority
    source_port: int | None
    gateway: str | None
    tos: int
    ttl: int
    trace: str | None


class JobNow(Job, kw_only=True):
    snapshot: Snapshot
    question: Question


class JobList(Struct):
    jobs: list[Job]
    next: int | None
    """The cursor of the next page; null: there is none."""


class Event(Struct):
    job: str
    seq: int
    time: datetime
    phase: Phase
    state: State
    percent: int
    message: str
    data: dict[str, Any]


class EventList(Struct):
    job: str
    events: list[Event]


class Progress(Struct):
    success: bool
    run_id: str
    status: Status
    phase: Phase
    percent: Count
    is_complete: bool
    reason: str
    events: list[Event]


class Submitted(Struct):
    success: bool
    run_id: str
    redirect: str


class Removed(Struct):
    removed: bool


class Queue(Struct):
    capacity: int
    """How many may run at once."""
    limit: int
    limit_for_each: int
    waiting: list[Job]
    running: list[Job]
    leaving: list[Job]
    """Ended; their processes are not gone yet."""


class NetworkNow(Struct):
    name: str
    hash: str
    routers: int
    diagnostics: int


class Network(Struct):
    label: str
    name: str
    hash: str
    created: datetime
    created_by: str | None
    origin: str
    bytes: int
    routers: int
    diagnostics: int
    is_active: bool


class NetworkList(Struct):
    networks: list[NetworkNow]
    """Those in use."""
    kept: list[Network]


class Active(Struct):
    active: str


class Diagnostic(Struct):
    """What of the facts was not understood."""

    file: str
    section: str | None
    line: int | None
    """Of the section."""
    text: str
    """What stands there, shortened where it is long."""
    expected: str


class Diagnostics(Struct):
    network: str
    diagnostics: list[Diagnostic]


class Location(Struct):
    name: str
    latitude: float
    longitude: float


class Interface(Struct):
    name: str
    up: bool
    addresses: list[str]
    segment: str | None


class Router(Struct):
    name: str
    kind: str
    location: Location | None
    roles: list[str]
    interfaces: list[Interface]


class RouterList(Struct):
    network: NetworkNow
    routers: list[Router]


class Member(Struct):
    router: str
    interface: str


class Segment(Struct):
    name: str
    members: list[Member]
    hosts: list[str]


class Host(Struct):
    name: str
    addresses: list[str]
    segment: str | None


class Topology(RouterList):
    segments: list[Segment]
    hosts: list[Host]


class Drawn(Struct):
    """A box; x and y are its middle, lengths are points, and the origin is the upper left corner."""

    name: str
    x: float
    y: float
    width: float
    height: float


class DrawnRouter(Drawn):
    location: str


class DrawnSegment(Drawn):
    kind: Literal["shared", "link", "stub"]
    """Of several routers or with hosts; the line between two; beside its only router."""
    hosts: Count


class DrawnLink(Struct):
    """The line of an interface, from its router's box to its segment's."""

    router: str
    interface: str
    segment: str
    points: list[tuple[float, float]]
    label: tuple[float, float]
    """The middle of the interface's name."""


class Layout(Struct):
    """The same for the same network."""

    width: float
    height: float
    routers: list[DrawnRouter]
    segments: list[DrawnSegment]
    links: list[DrawnLink]


class DrawnMachine(Struct):
    """A box on a path; x and y are its middle, lengths are points."""

    x: float
    y: float
    width: float
    height: float
    node: dict[str, Any]
    """What stands in it: name, lines, sign; is_router, is_stop, is_reached; onward: the segment to the next."""
    arrow: list[tuple[float, float]]
    """To the next one; empty at the last."""


class DrawnWay(Struct):
    direction: Literal["there", "back"]
    machines: list[DrawnMachine]


class PathLayout(Struct):
    width: float
    height: float
    ways: list[DrawnWay]


class Paths(Struct, omit_defaults=True):
    """Of one service of a test: the way there, and the way back where there is one."""

    job: str
    port: int | None
    protocol: str
    verdict: str
    by: Literal["prediction", "proof"]
    forward: dict[str, Any] | None
    back: dict[str, Any] | None
    layout: PathLayout | None = None
    """Where it is asked for."""


class PolicyCheck(Struct):
    """As `tsimsh check -j` prints it."""

    network: str
    by: Literal["prediction"]
    state: Literal["kept", "broken", "open"]
    kept: int
    broken: int
    open: int
    expectations: list[dict[str, Any]]
    """With their findings: all sources, destinations and services that fare alike, and what decides there."""


class Choice(Struct):
    name: str
    title: str
    ports: str
    """As the port grammar has it: 80/tcp,443/tcp."""
    description: str
    group: str | None
    """The name of the group that it belongs to."""


class Group(Struct):
    name: str
    title: str
    ports: str
    services: list[str]


class Choices(Struct):
    services: list[Choice]
    groups: list[Group]


class Ports(Struct):
    quick: list[Choice]
    common: list[str]
    custom: str
    """An example of the port grammar."""


class TraceOptions(Struct):
    max_hops: int
    packet_size: int
    protocol: list[str]


class TestConfig(Struct):
    available_ports: Ports
    protocols: list[str]
    max_services: int
    timeout: int
    trace_options: TraceOptions


class Stats(Struct):
    sessions_removed: Count
    jobs_removed: Count
    reports_removed: Count
    networks_removed: Count
    audit_removed: Count
    bytes_freed: Count


class OldStats(Struct):
    sessions_removed: Count
    test_files_removed: Count
    pdf_files_removed: Count
    total_space_freed: Count


class Cleaned(Struct):
    success: bool
    stats: OldStats


class Ended(Struct):
    ended: Count


class SignedIn(Me, kw_only=True):
    success: bool


class Done(Struct):
    success: bool


class Alive(Struct):
    status: str


class Checked(Struct):
    status: str
    checks: dict[str, str]


class HealthNow(Checked):
    """`ok`, or what is wrong, by name."""

    uptime_s: float
    """Of the engine."""
    memory_bytes: Count
    network: str
    """The label of the active one."""
    waiting: Count
    """Tests."""
    running: Count
    connections: Count
    """At the engine's socket."""


class Session(Struct):
    id: str
    user: str
    created: datetime
    seen: datetime
    expires: datetime
    """Unless it is used."""
    ends: datetime
    """However it is used."""
    address: str | None
    agent: str | None
    is_current: bool


class SessionList(Struct):
    sessions: list[Session]


class Token(Struct):
    id: str
    name: str
    scopes: list[ScopeName]
    created: datetime
    expires: datetime | None
    used: datetime | None


class TokenList(Struct):
    tokens: list[Token]


class NewToken(Token, kw_only=True):
    token: str
    """The secret, which nobody can find out later."""


class User(Struct):
    username: str
    role: Role
    origin: Literal["local", "pam"]
    has_own_role: bool
    """False: a group of the machine decides."""
    is_locked: bool
    created: datetime
    signed_in: datetime | None


class UserList(Struct):
    users: list[User]


class Entry(Struct):
    id: int
    time: datetime
    who: str
    what: str
    object: str
    address: str
    outcome: str


class AuditList(Struct):
    entries: list[Entry]
    next: int | None
    """The cursor of the next page; null: there is none."""
