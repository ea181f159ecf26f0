/** Written by `make pagetypes` from the OpenAPI description of the API: do not edit. */

export interface Active {
  readonly active: string;
}

/** differs: both are sure and say different things, which is an error of the program; not_comparable: only one of them can know. */
export type Agreement = "agrees" | "differs" | "not_comparable";

export interface Alive {
  readonly status: string;
}

/** An answer for all services, predicted or proved; as `tsimsh reach -j` and `tsimsh prove -j` print it. */
export interface Answer {
  /** Address. */
  readonly source: string;
  /** Address. */
  readonly destination: string;
  /** Null where the protocol has no ports, or where it was left to the test. */
  readonly source_port: number | null;
  /** Label of the facts. */
  readonly network: string;
  /** Who says so. */
  readonly by: "prediction" | "proof";
  /** What nobody said and was taken to be so. */
  readonly assumptions: readonly string[];
  /** What of the facts is not in the lab, by router, section and line. */
  readonly refusals: readonly string[];
  /** As they were asked for. */
  readonly services: readonly ServiceAnswer[];
}

/** What was asked for. */
export interface Asked {
  /** Address. */
  readonly source: string;
  /** Address. */
  readonly destination: string;
  /** Null where the protocol has no ports, or where it was left to the test. */
  readonly source_port: number | null;
  /** In the order in which they were asked for, each once. */
  readonly services: readonly ResultService[];
  /** Name of the router that the source uses first, where it was said. */
  readonly gateway: string | null;
  /** The whole field. */
  readonly tos: number;
  /** When it is sent. */
  readonly ttl: number;
  /** Its routers were tested in its order, instead of finding the way; null where none was given. */
  readonly trace: GivenTrace | null;
}

export interface AuditList {
  readonly entries: readonly Entry[];
  readonly next: number | null;
}

export interface Change {
  readonly role?: "admin" | "group" | "user";
  readonly password?: string;
  readonly is_locked?: boolean;
}

export interface Choice {
  readonly name: string;
  readonly title: string;
  readonly ports: string;
  readonly description: string;
  readonly group: string | null;
}

export interface Choices {
  readonly services: readonly Choice[];
  readonly groups: readonly Group[];
}

export interface Cleaned {
  readonly success: boolean;
  readonly stats: OldStats;
}

/** A router alone, predicted beside proved. */
export interface ComparedRouter {
  /** Its name. */
  readonly name: string;
  /** The packet there, or its answer. */
  readonly direction: "forward" | "return";
  readonly agreement: Agreement;
  /** Where they do not agree; else empty. */
  readonly why: string;
}

export interface ComparedRun {
  readonly job: string;
  readonly user: string;
  readonly mode: "predict" | "prove";
  readonly network: string;
  readonly submitted: string;
  readonly source: string;
  readonly destination: string;
}

/** A service, predicted beside proved. */
export interface ComparedService {
  /** Null where the protocol has no ports. */
  readonly port: number | null;
  readonly protocol: Protocol;
  /** Of the verdict, what decides, and all routers. */
  readonly agreement: Agreement;
  /** Where they do not agree; else empty, or what is to be known of it. */
  readonly why: string;
  /** Those of which both say something. */
  readonly routers: readonly ComparedRouter[];
}

/** Prediction beside proof. */
export interface Comparison {
  /** What comes of it, as one says it. */
  readonly sentence: string;
  /** Something differs, which is an error of the program. */
  readonly differs: boolean;
  /** As they were asked for. */
  readonly services: readonly ComparedService[];
}

/** A rule that matched packets of the service, and its counter before and after them. */
export interface Count {
  /** Of the rule. */
  readonly table: string;
  /** Of the rule. */
  readonly chain: string;
  /** Of the rule in its chain. */
  readonly number: number;
  /** The rule. */
  readonly text: string;
  /** Packets. */
  readonly before: number;
  /** Packets. */
  readonly after: number;
  /** Of the facts; 0 where they have none. */
  readonly line: number;
}

/** As `Decision` in a result. */
export interface DecidingRule {
  readonly router: string;
  readonly table: string | null;
  readonly chain: string | null;
  readonly number: number | null;
  readonly text: string;
  readonly kind: "none" | "policy" | "route" | "rule";
  readonly action: string;
  readonly comment: string | null;
  readonly section: string | null;
  readonly line: number | null;
}

/** What decided a packet's fate, and where the facts say so. */
export interface Decision {
  /** Its name. */
  readonly router: string;
  /** Of the rule or policy; null where none decided. */
  readonly table: string | null;
  /** Of the rule or policy. */
  readonly chain: string | null;
  /** Of the rule in its chain; the first has 1. Null for a policy. */
  readonly number: number | null;
  /** The rule as iptables-save writes it, or the route, or what else happened, in words. */
  readonly text: string;
  /** What it is; none: neither rule nor policy nor route, such as the reverse path or the time to live. */
  readonly kind: "rule" | "policy" | "route" | "none";
  /** The target or policy as iptables calls it, or the word for what else happened. */
  readonly action: string;
  /** Of the rule, where it has one. */
  readonly comment: string | null;
  /** Of the router's facts. */
  readonly section: string | null;
  /** Of that section. */
  readonly line: number | null;
}

/** What of the facts was not understood. */
export interface Diagnostic {
  readonly file: string;
  readonly section: string | null;
  readonly line: number | null;
  readonly text: string;
  readonly expected: string;
}

export interface Diagnostics {
  readonly network: string;
  readonly diagnostics: readonly Diagnostic[];
}

export interface Done {
  readonly success: boolean;
}

/** As `JobQuestion`, and any field may be missing or wrong. */
export interface Draft {
  readonly source?: string | null;
  readonly destination?: string | null;
  readonly source_port?: number | string | null;
  readonly tos?: number | string | null;
  readonly ttl?: number | string | null;
  readonly gateway?: string | null;
  readonly services?: string | readonly (string | number | PortGiven)[] | null;
  readonly default_protocol?: string | null;
  readonly mode?: string | null;
  readonly priority?: string | null;
  readonly trace?: string | Readonly<Record<string, unknown>> | null;
}

/** The line of an interface, from its router's box to its segment's. */
export interface DrawnLink {
  readonly router: string;
  readonly interface: string;
  readonly segment: string;
  readonly points: readonly (readonly unknown[])[];
  readonly label: readonly unknown[];
}

/** A box on a path; x and y are its middle, lengths are points. */
export interface DrawnMachine {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly node: Readonly<Record<string, unknown>>;
  readonly arrow: readonly (readonly unknown[])[];
}

export interface DrawnRouter {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly location: string;
}

export interface DrawnSegment {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly kind: "link" | "shared" | "stub";
  readonly hosts: number;
}

export interface DrawnWay {
  readonly direction: "back" | "there";
  readonly machines: readonly DrawnMachine[];
}

export interface Ended {
  readonly ended: number;
}

export interface Entry {
  readonly id: number;
  readonly time: string;
  readonly who: string;
  readonly what: string;
  readonly object: string;
  readonly address: string;
  readonly outcome: string;
}

export interface Event {
  readonly job: string;
  readonly seq: number;
  readonly time: string;
  readonly phase: "analyze" | "build" | "done" | "predict" | "queued" | "report" | "services" | "test";
  readonly state: "failed" | "finished" | "progress" | "started";
  readonly percent: number;
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface EventList {
  readonly job: string;
  readonly events: readonly Event[];
}

export interface FieldError {
  readonly field: "default_protocol" | "destination" | "gateway" | "mode" | "priority" | "services" | "source" | "source_port" | "tos" | "trace" | "ttl";
  readonly text: string;
  readonly where: Spot | null;
}

/** The packet. */
export interface Flow {
  /** Name, or number. */
  readonly protocol: string | null;
  /** Null where the protocol has no ports, or where it was left to the test. */
  readonly source_port: number | null;
  /** Null where the protocol has no ports. */
  readonly destination_port: number | null;
  /** Of the kernel. */
  readonly mark: number;
  /** The whole field. */
  readonly tos: number;
  /** When it is sent. */
  readonly ttl: number;
}

/** The trace that the user gave, with all its keys, also those that nobody knows. */
export interface GivenTrace {
  /** The hops; of each, `name`, `incoming`, `outgoing` and `is_router` matter. */
  readonly path: readonly (Readonly<Record<string, unknown>>)[];
}

export interface Group {
  readonly name: string;
  readonly title: string;
  readonly ports: string;
  readonly services: readonly string[];
}

/** `ok`, or what is wrong, by name. */
export interface HealthNow {
  readonly status: string;
  readonly checks: Readonly<Record<string, string>>;
  readonly uptime_s: number;
  readonly memory_bytes: number;
  readonly network: string;
  readonly waiting: number;
  readonly running: number;
  readonly connections: number;
}

/** A router or host on the way. */
export interface Hop {
  /** 1 is the first. */
  readonly hop: number;
  /** Of the router or host. */
  readonly name: string;
  /** By which it shows itself; empty where it is not known. */
  readonly ip: string;
  /** Interface; empty for a host. */
  readonly incoming: string;
  /** Interface; empty where it does not go on. */
  readonly outgoing: string;
  /** Or else a host. */
  readonly is_router: boolean;
  /** Name of the hop before; empty for the first. */
  readonly prev_hop: string;
  /** Name of the next hop, or the address that it would have; empty at the end. */
  readonly next_hop: string;
  /** Milliseconds, where it was measured. */
  readonly rtt: number | null;
  readonly verdict: Verdict;
  /** On which it goes on. */
  readonly segment: string | null;
  /** All decisions, in their order. */
  readonly steps: readonly Step[];
}

export interface HopDifference {
  readonly name: string;
  readonly incoming: string;
  readonly outgoing: string;
  readonly is_router: boolean;
  readonly found: "after" | "before" | "both";
}

export interface Host {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly segment: string | null;
}

export interface Interface {
  readonly name: string;
  readonly up: boolean;
  readonly addresses: readonly string[];
  readonly segment: string | null;
}

export interface Job {
  readonly id: string;
  readonly number: number;
  readonly user: string;
  readonly status: "cancelled" | "expired" | "failed" | "queued" | "running" | "succeeded";
  readonly phase: "analyze" | "build" | "done" | "predict" | "queued" | "report" | "services" | "test";
  readonly reason: string;
  readonly mode: "predict" | "prove";
  readonly priority: "high" | "low" | "normal";
  readonly attempt: number;
  readonly network: string;
  readonly source: string;
  readonly destination: string;
  readonly source_name: string | null;
  readonly destination_name: string | null;
  readonly source_port: number | null;
  readonly services: readonly Service[];
  readonly submitted: string;
  readonly started: string | null;
  readonly ended: string | null;
  readonly expected_s: number;
  readonly place: Place | null;
  readonly outcomes?: readonly Outcome[];
}

export interface JobList {
  readonly jobs: readonly Job[];
  readonly next: number | null;
}

export interface JobNow {
  readonly id: string;
  readonly number: number;
  readonly user: string;
  readonly status: "cancelled" | "expired" | "failed" | "queued" | "running" | "succeeded";
  readonly phase: "analyze" | "build" | "done" | "predict" | "queued" | "report" | "services" | "test";
  readonly reason: string;
  readonly mode: "predict" | "prove";
  readonly priority: "high" | "low" | "normal";
  readonly attempt: number;
  readonly network: string;
  readonly source: string;
  readonly destination: string;
  readonly source_name: string | null;
  readonly destination_name: string | null;
  readonly source_port: number | null;
  readonly services: readonly Service[];
  readonly submitted: string;
  readonly started: string | null;
  readonly ended: string | null;
  readonly expected_s: number;
  readonly place: Place | null;
  readonly outcomes?: readonly Outcome[];
  readonly snapshot: Snapshot;
  readonly question: Question;
}

export interface JobQuestion {
  /** An address, or the name of a host or router. */
  readonly source: string;
  /** An address, or the name of a host or router. */
  readonly destination: string;
  readonly source_port?: number | string | null;
  readonly tos?: number | string | null;
  readonly ttl?: number | string | null;
  readonly gateway?: string | null;
  /** 22/tcp,80,443/tcp,1000-1010/udp,53/tcp,53/udp,ssh,icmp; or a list of such pieces. */
  readonly services: string | readonly (string | number | PortGiven)[];
  readonly default_protocol?: "tcp" | "udp" | null;
  readonly mode?: "predict" | "prove" | null;
  readonly priority?: "high" | "low" | "normal" | null;
  readonly trace?: string | Readonly<Record<string, unknown>> | null;
}

export interface KnownChain {
  readonly name: string;
  readonly policy: string | null;
  readonly packets: number | null;
  readonly bytes: number | null;
  readonly rules: readonly KnownRule[];
}

/** A table of the firewall. */
export interface KnownChains {
  readonly name: string;
  readonly chains: readonly KnownChain[];
}

export interface KnownEntry {
  readonly text: string;
  readonly line: number;
}

export interface KnownInterface {
  readonly name: string;
  readonly is_up: boolean;
  readonly has_carrier: boolean;
  readonly addresses: readonly string[];
  readonly segment: string | null;
  readonly link: string;
  readonly mac: string | null;
  readonly mtu: number;
  readonly parent: string | null;
  readonly master: string | null;
  readonly line: number;
}

export interface KnownPolicyRule {
  readonly family: 4 | 6;
  readonly priority: number;
  readonly text: string;
  readonly table: string | null;
  readonly section: string;
  readonly line: number;
}

export interface KnownRoute {
  readonly text: string;
  readonly prefix: string;
  readonly kind: string;
  readonly via: readonly string[];
  readonly dev: readonly string[];
  readonly metric: number;
  readonly protocol: string;
  readonly section: string;
  readonly line: number;
}

export interface KnownRule {
  readonly number: number;
  readonly text: string;
  readonly target: string | null;
  readonly is_goto: boolean;
  readonly comment: string | null;
  readonly sets: readonly string[];
  readonly packets: number | null;
  readonly bytes: number | null;
  readonly line: number;
}

export interface KnownRuleset {
  readonly family: 4 | 6;
  readonly section: string;
  readonly missing: string | null;
  readonly tables: readonly KnownChains[];
}

/** What a test found of a service. */
export interface KnownService {
  readonly verdict: "accepted" | "blackhole" | "conditional" | "denied_forward" | "denied_in" | "denied_out" | "exits_network" | "forwarding_off" | "loop" | "neighbor_unreachable" | "no_listener" | "no_route" | "prohibited" | "rpfilter" | "ttl_exceeded" | "unknown" | "unreachable";
  readonly reachable: boolean;
  readonly decided_by: DecidingRule | null;
  readonly direction: "forward" | "return";
  readonly sentence: string;
  readonly by: "prediction" | "proof";
}

export interface KnownSet {
  readonly name: string;
  readonly type: string;
  readonly options: string;
  readonly count: number;
  readonly line: number;
}

/** A routing table. */
export interface KnownTable {
  readonly family: 4 | 6;
  readonly id: number;
  readonly name: string;
  readonly count: number;
  readonly flaw: string;
  readonly routes: readonly KnownRoute[];
}

/** The same for the same network. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly routers: readonly DrawnRouter[];
  readonly segments: readonly DrawnSegment[];
  readonly links: readonly DrawnLink[];
}

export interface LineChange {
  readonly change: "added" | "removed";
  readonly number: number | null;
  readonly text: string;
}

export interface Location {
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
}

export interface Main {
  readonly source_ip: string;
  readonly source_port?: number | string | null;
  readonly dest_ip: string;
  readonly port_mode?: "manual" | "quick";
  readonly quick_ports?: readonly string[];
  readonly dest_ports?: string;
  readonly default_protocol?: "tcp" | "udp";
  readonly user_trace_data?: string | Readonly<Record<string, unknown>> | null;
}

export interface Me {
  readonly username: string;
  readonly role: "admin" | "user";
  readonly scopes: readonly ("admin" | "read" | "test")[];
  readonly origin: "local" | "pam";
  readonly id: string | null;
  readonly expires: string | null;
}

export interface Member {
  readonly router: string;
  readonly interface: string;
}

export interface NamedService {
  readonly port: number | null;
  readonly protocol: string;
  readonly name: string | null;
}

export interface Network {
  readonly label: string;
  readonly name: string;
  readonly hash: string;
  readonly created: string;
  readonly created_by: string | null;
  readonly origin: string;
  readonly bytes: number;
  readonly routers: number;
  readonly diagnostics: number;
  readonly is_active: boolean;
}

export interface NetworkChanges {
  readonly before: string;
  readonly after: string;
  readonly removed: readonly string[];
  readonly added: readonly string[];
  readonly routers: readonly RouterChanges[];
  readonly same: number;
  readonly cut: number;
  readonly notes: readonly string[];
}

export interface NetworkList {
  readonly networks: readonly NetworkNow[];
  readonly kept: readonly Network[];
}

export interface NetworkNow {
  readonly name: string;
  readonly hash: string;
  readonly routers: number;
  readonly diagnostics: number;
}

export interface NewToken {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly ("admin" | "read" | "test")[];
  readonly created: string;
  readonly expires: string | null;
  readonly used: string | null;
  readonly token: string;
}

export interface NewUser {
  readonly username: string;
  readonly password: string;
  readonly role?: "admin" | "user";
}

/** Nobody has signed in. */
export interface Nobody {
  readonly username: null;
  readonly role: null;
}

export interface OldStats {
  readonly sessions_removed: number;
  readonly test_files_removed: number;
  readonly pdf_files_removed: number;
  readonly total_space_freed: number;
}

/** What has been found of a service, in short. */
export interface Outcome {
  readonly port: number | null;
  readonly protocol: string;
  readonly verdict: "accepted" | "blackhole" | "conditional" | "denied_forward" | "denied_in" | "denied_out" | "exits_network" | "forwarding_off" | "loop" | "neighbor_unreachable" | "no_listener" | "no_route" | "prohibited" | "rpfilter" | "ttl_exceeded" | "unknown" | "unreachable";
  readonly router: string | null;
  readonly action: string | null;
}

export interface Passwords {
  readonly old: string;
  readonly new: string;
}

export interface PathLayout {
  readonly width: number;
  readonly height: number;
  readonly ways: readonly DrawnWay[];
}

/** Of one service of a test: the way there, and the way back where there is one. */
export interface Paths {
  readonly job: string;
  readonly port: number | null;
  readonly protocol: string;
  readonly verdict: string;
  readonly by: "prediction" | "proof";
  readonly forward: Readonly<Record<string, unknown>> | null;
  readonly back: Readonly<Record<string, unknown>> | null;
  readonly layout?: PathLayout | null;
}

/** A phase of the test. */
export interface Phase {
  /** Which. */
  readonly phase: "predict" | "build" | "services" | "test" | "analyze";
  /** When it began. RFC 3339, in UTC. */
  readonly began: string;
  /** Seconds, by a clock that nobody sets; of the last one until this document was written. */
  readonly took_s: number;
}

export interface PhaseView {
  readonly state: "failed" | "finished" | "progress" | "started";
  readonly began: string;
  readonly changed: string;
  readonly message: string;
}

export interface Place {
  readonly position: number;
  readonly starts_in_s: number;
}

export interface Policy {
  readonly policy: string;
}

/** As `tsimsh check -j` prints it. */
export interface PolicyCheck {
  readonly network: string;
  readonly by: "prediction";
  readonly state: "broken" | "kept" | "open";
  readonly kept: number;
  readonly broken: number;
  readonly open: number;
  readonly expectations: readonly (Readonly<Record<string, unknown>>)[];
}

export interface PortGiven {
  readonly port?: number | string | null;
  readonly protocol?: string | null;
}

export interface Ports {
  readonly quick: readonly Choice[];
  readonly common: readonly string[];
  readonly custom: string;
}

/** RFC 9457. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly request_id: string;
  readonly field?: string | null;
}

export interface Progress {
  readonly success: boolean;
  readonly run_id: string;
  readonly status: "cancelled" | "expired" | "failed" | "queued" | "running" | "succeeded";
  readonly phase: "analyze" | "build" | "done" | "predict" | "queued" | "report" | "services" | "test";
  readonly percent: number;
  readonly is_complete: boolean;
  readonly reason: string;
  readonly events: readonly Event[];
}

/** tcp, udp, or icmp, which is ICMPv6 between addresses of IPv6. */
export type Protocol = "tcp" | "udp" | "icmp";

/** What asks for the same again, as `POST /api/v1/jobs` takes it. */
export interface Question {
  readonly source: string;
  readonly destination: string;
  readonly services: string;
  readonly mode: "predict" | "prove";
  readonly priority: "high" | "low" | "normal";
  readonly source_port: number | null;
  readonly gateway: string | null;
  readonly tos: number;
  readonly ttl: number;
  readonly trace: string | null;
}

export interface Queue {
  readonly capacity: number;
  readonly limit: number;
  readonly limit_for_each: number;
  readonly waiting: readonly Job[];
  readonly running: readonly Job[];
  readonly leaving: readonly Job[];
}

export interface ReachQuestion {
  /** An address, or the name of a host or router. */
  readonly source: string;
  /** An address, or the name of a host or router. */
  readonly destination: string;
  readonly source_port?: number | string | null;
  readonly tos?: number | string | null;
  readonly ttl?: number | string | null;
  readonly gateway?: string | null;
  /** 22/tcp,80,443/tcp,1000-1010/udp,53/tcp,53/udp,ssh,icmp; or a list of such pieces. */
  readonly services: string | readonly (string | number | PortGiven)[];
  readonly default_protocol?: "tcp" | "udp" | null;
  readonly tried?: boolean;
}

export interface ReadDraft {
  readonly source: string | null;
  readonly destination: string | null;
  readonly services: readonly NamedService[];
  readonly trace: ReadTrace | null;
  readonly missing: readonly ("default_protocol" | "destination" | "gateway" | "mode" | "priority" | "services" | "source" | "source_port" | "tos" | "trace" | "ttl")[];
  readonly errors: readonly FieldError[];
  readonly is_complete: boolean;
}

export interface ReadHop {
  readonly name: string;
  readonly incoming: string | null;
  readonly outgoing: string | null;
}

export interface ReadTrace {
  readonly routers: readonly ReadHop[];
  readonly notes: readonly string[];
}

export interface Removed {
  readonly removed: boolean;
}

/** Prediction, proof and both side by side, with every key always there. What is not known (yet) is null, and `notes` says why. */
export interface Result {
  /** Of this schema: a reader refuses what it does not know. */
  readonly version: 1;
  /** Its id. */
  readonly job: string;
  /** Who submitted it. */
  readonly user: string;
  /** predict: nothing was to be proved. */
  readonly mode: "predict" | "prove";
  /** 2: the process of the first one died. */
  readonly attempt: number;
  /** Label of the facts: name@hash. */
  readonly network: string;
  /** When it was submitted. RFC 3339, in UTC. */
  readonly submitted: string;
  /** When this attempt began. RFC 3339, in UTC. */
  readonly started: string;
  /** When this document was written. RFC 3339, in UTC. */
  readonly ended: string;
  readonly asked: Asked;
  /** One for each service: what is known of it. */
  readonly services: readonly Summary[];
  /** What the simulator says; null before it has. */
  readonly prediction: Answer | null;
  /** What real packets did in a copy of the network; null where there is none. */
  readonly proof: Answer | null;
  /** Null without a proof. */
  readonly comparison: Comparison | null;
  /** In the order in which the test went through them; the report is drawn from this document. */
  readonly phases: readonly Phase[];
  /** What is missing and why, what of the given trace could not be tested, what was assumed. */
  readonly notes: readonly string[];
}

/** One router alone: what it does with the packet that comes to it, whatever the others do. */
export interface ResultRouter {
  /** Its name. */
  readonly name: string;
  /** What it does with the packet there; of a router that only the answer comes to, with that. */
  readonly verdict: Verdict;
  /** Why, in words; may be empty. */
  readonly reason: string;
  /** What decides there. */
  readonly decided_by: Decision | null;
  /** What it does with the answer; null where none comes to it. */
  readonly return_verdict: Verdict | null;
  /** Why, in words; may be empty. */
  readonly return_reason: string;
  /** What decides over the answer. */
  readonly return_decided_by: Decision | null;
  /** The rules that matched. */
  readonly counted: readonly Count[];
}

/** A service that is asked for. */
export interface ResultService {
  /** Null where the protocol has no ports. */
  readonly port: number | null;
  readonly protocol: Protocol;
}

export interface Router {
  readonly name: string;
  readonly kind: string;
  readonly location: Location | null;
  readonly roles: readonly string[];
  readonly interfaces: readonly Interface[];
}

export interface RouterChanges {
  readonly name: string;
  readonly sections: readonly SectionChanges[];
}

/** Null: it was not asked in that test. */
export interface RouterDifference {
  readonly name: string;
  readonly before: RouterWord | null;
  readonly after: RouterWord | null;
}

export interface RouterFacts {
  readonly network: string;
  readonly name: string;
  readonly file: string;
  readonly kind: string;
  readonly kernel: string | null;
  readonly location: string | null;
  readonly roles: readonly string[];
  readonly interfaces: readonly KnownInterface[];
  readonly tables: readonly KnownTable[];
  readonly policy_rules: readonly KnownPolicyRule[];
  readonly rulesets: readonly KnownRuleset[];
  readonly sets: readonly KnownSet[];
  readonly sets_missing: string | null;
  readonly settings: Readonly<Record<string, string>>;
}

export interface RouterList {
  readonly network: NetworkNow;
  readonly routers: readonly Router[];
}

/** What a router does by itself. */
export interface RouterWord {
  readonly verdict: "accepted" | "blackhole" | "conditional" | "denied_forward" | "denied_in" | "denied_out" | "exits_network" | "forwarding_off" | "loop" | "neighbor_unreachable" | "no_listener" | "no_route" | "prohibited" | "rpfilter" | "ttl_exceeded" | "unknown" | "unreachable";
  readonly decided_by: DecidingRule | null;
  readonly return_verdict: "accepted" | "blackhole" | "conditional" | "denied_forward" | "denied_in" | "denied_out" | "exits_network" | "forwarding_off" | "loop" | "neighbor_unreachable" | "no_listener" | "no_route" | "prohibited" | "rpfilter" | "ttl_exceeded" | "unknown" | "unreachable" | null;
  readonly return_decided_by: DecidingRule | null;
}

export interface RunDifference {
  readonly before: ComparedRun;
  readonly after: ComparedRun;
  readonly is_same_network: boolean;
  readonly asked: readonly string[];
  readonly services: readonly ServiceDifference[];
}

export interface SectionChanges {
  readonly kind: "chain" | "interfaces" | "policies" | "policy_rules" | "router" | "routes" | "set" | "sets" | "settings";
  readonly family: 4 | 6 | null;
  readonly table: string | null;
  readonly name: string;
  readonly change: "added" | "changed" | "removed";
  readonly removed: number;
  readonly added: number;
  readonly lines: readonly LineChange[];
}

export interface Segment {
  readonly name: string;
  readonly members: readonly Member[];
  readonly hosts: readonly string[];
}

export interface Sent {
  readonly network: Network;
  readonly ignored: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface Service {
  readonly port: number | null;
  readonly protocol: string;
}

/** The whole answer for one service. */
export interface ServiceAnswer {
  /** Null where the protocol has no ports. */
  readonly port: number | null;
  readonly protocol: Protocol;
  readonly verdict: Verdict;
  /** Whether the verdict is accepted. */
  readonly reachable: boolean;
  /** In words; may be empty. */
  readonly reason: string;
  /** forward: it is the packet there that fails, or nothing does; return: the answer. */
  readonly direction: "forward" | "return";
  /** What stopped it; null where nothing did. */
  readonly decided_by: Decision | null;
  /** Null where the protocol has no ports, or where it was left to the test. */
  readonly source_port: number | null;
  /** The way there. */
  readonly forward: Trace | null;
  /** What it depends on. */
  readonly conditions: readonly string[];
  /** Each router of the whole way alone, also behind a block. */
  readonly routers: readonly ResultRouter[];
  /** The way of the answer; null where there is none. */
  readonly return: Trace | null;
}

export interface ServiceDifference {
  readonly port: number | null;
  readonly protocol: string;
  readonly before: KnownService | null;
  readonly after: KnownService | null;
  readonly differs: readonly ("path" | "routers" | "rule" | "verdict")[];
  readonly is_moved: boolean;
  readonly forward: readonly HopDifference[];
  readonly back: readonly HopDifference[];
  readonly routers: readonly RouterDifference[];
}

export interface Session {
  readonly id: string;
  readonly user: string;
  readonly created: string;
  readonly seen: string;
  readonly expires: string;
  readonly ends: string;
  readonly address: string | null;
  readonly agent: string | null;
  readonly is_current: boolean;
}

export interface SessionList {
  readonly sessions: readonly Session[];
}

export interface SetEntries {
  readonly name: string;
  readonly type: string;
  readonly count: number;
  readonly found: number;
  readonly entries: readonly KnownEntry[];
}

export interface SignIn {
  readonly username: string;
  readonly password: string;
}

export interface SignedIn {
  readonly username: string;
  readonly role: "admin" | "user";
  readonly scopes: readonly ("admin" | "read" | "test")[];
  readonly origin: "local" | "pam";
  readonly id: string | null;
  readonly expires: string | null;
  readonly success: boolean;
}

/** What the events up to number `seq` amount to. */
export interface Snapshot {
  readonly job: string;
  readonly seq: number;
  readonly percent: number;
  readonly phase: "analyze" | "build" | "done" | "predict" | "queued" | "report" | "services" | "test";
  readonly state: "failed" | "finished" | "progress" | "started";
  readonly message: string;
  readonly phases: Readonly<Record<string, PhaseView>>;
  readonly services: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Where in the value of a field; what does not say it is null. */
export interface Spot {
  readonly piece: string | null;
  readonly start: number | null;
  readonly end: number | null;
  readonly line: number | null;
  readonly column: number | null;
  readonly hop: number | null;
}

export interface Stats {
  readonly sessions_removed: number;
  readonly jobs_removed: number;
  readonly reports_removed: number;
  readonly networks_removed: number;
  readonly audit_removed: number;
  readonly bytes_freed: number;
}

/** One decision on a router. */
export interface Step {
  /** Of what. */
  readonly kind: "local" | "policy_rule" | "route" | "multipath" | "rp_filter" | "forwarding" | "ttl" | "neighbor" | "internet" | "assumption" | "rule" | "chain_policy" | "translation" | "mark";
  /** The rule, the route, the address … */
  readonly text: string;
  /** What came of it. */
  readonly outcome: string;
  /** Of a rule, a policy, a route or a policy rule. */
  readonly table: string | null;
  /** Of a rule or policy. */
  readonly chain: string | null;
  /** Of a rule in its chain. */
  readonly number: number | null;
  /** Of a rule. */
  readonly comment: string | null;
  /** Of the router's facts. */
  readonly section: string | null;
  /** Of that section. */
  readonly line: number | null;
  /** Only where it was asked for: rules that were asked in vain before this step. */
  readonly tried?: readonly Tried[];
}

export interface Submitted {
  readonly success: boolean;
  readonly run_id: string;
  readonly redirect: string;
}

/** What is known of a service: what the proof says where there is one, else the prediction. */
export interface Summary {
  /** Null where the protocol has no ports. */
  readonly port: number | null;
  readonly protocol: Protocol;
  readonly verdict: Verdict;
  /** Whether the verdict is accepted. */
  readonly reachable: boolean;
  /** What stopped it; null where nothing did. */
  readonly decided_by: Decision | null;
  /** forward: it is the packet there that fails, or nothing does; return: the answer. */
  readonly direction: "forward" | "return";
  /** The same as one says it. */
  readonly sentence: string;
  /** Who says so. */
  readonly by: "proof" | "prediction";
}

export interface TestConfig {
  readonly available_ports: Ports;
  readonly protocols: readonly string[];
  readonly max_services: number;
  readonly timeout: number;
  readonly trace_options: TraceOptions;
}

export interface Token {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly ("admin" | "read" | "test")[];
  readonly created: string;
  readonly expires: string | null;
  readonly used: string | null;
}

export interface TokenList {
  readonly tokens: readonly Token[];
}

export interface Topology {
  readonly network: NetworkNow;
  readonly routers: readonly Router[];
  readonly segments: readonly Segment[];
  readonly hosts: readonly Host[];
}

/** The way of a packet. */
export interface Trace {
  /** Whether it arrives. */
  readonly success: boolean;
  /** Address. */
  readonly source: string;
  /** Address. */
  readonly destination: string;
  /** Label of the facts. */
  readonly network: string;
  /** Who says so. */
  readonly by: "prediction" | "proof";
  /** Whether rules were asked as well. */
  readonly scope: "rules" | "routing";
  readonly flow: Flow;
  readonly verdict: Verdict;
  /** In words; may be empty. */
  readonly reason: string;
  /** Of all flows that take this way. */
  readonly share: number;
  /** What it depends on. */
  readonly conditions: readonly string[];
  /** The hops in their order. */
  readonly path: readonly Hop[];
  /** Other ways of equal cost. */
  readonly alternatives: readonly Way[];
}

export interface TraceOptions {
  readonly max_hops: number;
  readonly packet_size: number;
  readonly protocol: readonly string[];
}

export interface TraceQuestion {
  /** An address, or the name of a host or router. */
  readonly source: string;
  /** An address, or the name of a host or router. */
  readonly destination: string;
  readonly source_port?: number | string | null;
  readonly tos?: number | string | null;
  readonly ttl?: number | string | null;
  readonly gateway?: string | null;
  readonly protocol?: number | string | null;
  readonly destination_port?: number | string | null;
  readonly mark?: number | string | null;
  readonly tried?: boolean;
}

/** A rule that was asked in vain. */
export interface Tried {
  /** Of the rule. */
  readonly table: string;
  /** Of the rule. */
  readonly chain: string;
  /** Of the rule in its chain. */
  readonly number: number;
  /** The rule. */
  readonly text: string;
  /** Which option does not match, and what the packet has instead. */
  readonly reason: string;
  /** Of the facts. */
  readonly line: number | null;
}

export interface User {
  readonly username: string;
  readonly role: "admin" | "user";
  readonly origin: "local" | "pam";
  readonly has_own_role: boolean;
  readonly is_locked: boolean;
  readonly created: string;
  readonly signed_in: string | null;
}

export interface UserList {
  readonly users: readonly User[];
}

export interface Validated {
  readonly network: NetworkNow;
  readonly routers: readonly string[];
  readonly ignored: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The fate of a packet. Only of accepted it is known that the service is reached; conditional depends on what no rule or route says (rate, time, another program), unknown is not known for lack of facts. */
export type Verdict = "accepted" | "denied_in" | "denied_forward" | "denied_out" | "no_route" | "blackhole" | "prohibited" | "unreachable" | "rpfilter" | "forwarding_off" | "loop" | "ttl_exceeded" | "neighbor_unreachable" | "exits_network" | "no_listener" | "conditional" | "unknown";

export interface Wanted {
  readonly name: string;
  readonly scopes: readonly ("admin" | "read" | "test")[];
  readonly expires?: string | null;
}

/** One way of several. */
export interface Way {
  readonly verdict: Verdict;
  /** In words; may be empty. */
  readonly reason: string;
  /** Of all flows that take this way. */
  readonly share: number;
  /** What it depends on. */
  readonly conditions: readonly string[];
  /** The hops in their order. */
  readonly path: readonly Hop[];
}

/** What may be asked, by method and path: the parts of the path, the query, the body, what comes back. */
export interface Operations {
  "POST /api/v1/sessions": { readonly path: undefined; readonly query: undefined; readonly body: SignIn; readonly answer: Me };
  "GET /api/v1/sessions": { readonly path: undefined; readonly query: { readonly user?: string; readonly all?: boolean }; readonly body: undefined; readonly answer: SessionList };
  "DELETE /api/v1/sessions": { readonly path: undefined; readonly query: { readonly user?: string }; readonly body: undefined; readonly answer: Ended };
  "GET /api/v1/sessions/current": { readonly path: undefined; readonly query: undefined; readonly body: undefined; readonly answer: Me | Nobody };
  "DELETE /api/v1/sessions/current": { readonly path: undefined; readonly query: undefined; readonly body: undefined; readonly answer: undefined };
  "DELETE /api/v1/sessions/{session}": { readonly path: { readonly session: string }; readonly query: { readonly user?: string }; readonly body: undefined; readonly answer: undefined };
  "GET /api/v1/me": { readonly path: undefined; readonly query: undefined; readonly body: undefined; readonly answer: Me };
  "PUT /api/v1/me/password": { readonly path: undefined; readonly query: undefined; readonly body: Passwords; readonly answer: undefined };
  "GET /api/v1/tokens": { readonly path: undefined; readonly query: undefined; readonly body: undefined; readonly answer: TokenList };
  "POST /api/v1/tokens": { readonly path: undefined; readonly query: undefined; readonly body: Wanted; readonly answer: NewToken };
  "DELETE /api/v1/tokens/{token}": { readonly path: { readonly token: string }; readonly query: undefined; readonly body: undefined; readonly answer: undefined };
  "GET /api/v1/users": { readonly path: undefined; readonly query: undefined; readonly body: undefined; readonly answer: UserList };
  "POST /api/v1/users": { readonly path: undefined; readonly query: undefined; readonly body: NewUser; readonly answer: User };
  "PATCH /api/v1/users/{user}": { readonly path: { readonly user: string }; readonly query: undefined; readonly body: Change; readonly answer: User };
  "DELETE /api/v1/users/{user}": { readonly path: { readonly user: string }; readonly query: undefined; readonly body: undefined; readonly answer: undefined };
  "GET /api/v1/networks": { readonly path: undefined; readonly query: undefined; readonly body: undefined; readonly answer: NetworkList };
  "POST /api/v1/networks": { readonly path: undefined; readonly query: { readonly name?: string; readonly file?: string; readonly activate?: boolean; readonly validate?: boolean }; readonly body: Blob | FormData; readonly answer: Validated | Sent };
  "POST /api/v1/networks/reload": { readonly path: undefined; readonly query: undefined; readonly body: undefined; readonly answer: Active };
  "GET /api/v1/networks/{network}": { readonly path: { readonly network: string }; readonly query: undefined; readonly body: undefined; readonly answer: Network };
  "DELETE /api/v1/networks/{network}": { readonly path: { readonly network: string }; readonly query: undefined; readonly body: undefined; readonly answer: Removed };
  "POST /api/v1/networks/{network}/activate": { readonly path: { readonly network: string }; readonly query: undefined; readonly body: undefined; readonly answer: Active };
  "GET /api/v1/networks/{network}/diagnostics": { readonly path: { readonly network: string }; readonly query: undefined; readonly body: undefined; readonly answer: Diagnostics };
  "GET /api/v1/networks/{network}/difference/{other}": { readonly path: { readonly network: string; readonly other: string }; readonly query: undefined; readonly body: undefined; readonly answer: NetworkChanges };
  "GET /api/v1/topology": { readonly path: undefined; readonly query: { readonly network?: string }; readonly body: undefined; readonly answer: Topology };
  "GET /api/v1/topology/layout": { readonly path: undefined; readonly query: { readonly network?: string }; readonly body: undefined; readonly answer: Layout };
  "GET /api/v1/topology.svg": { readonly path: undefined; readonly query: { readonly network?: string }; readonly body: undefined; readonly answer: Blob };
  "GET /api/v1/topology.png": { readonly path: undefined; readonly query: { readonly network?: string }; readonly body: undefined; readonly answer: Blob };
  "GET /api/v1/routers": { readonly path: undefined; readonly query: { readonly network?: string }; readonly body: undefined; readonly answer: RouterList };
  "GET /api/v1/routers/{router}": { readonly path: { readonly router: string }; readonly query: { readonly network?: string }; readonly body: undefined; readonly answer: Router };
  "GET /api/v1/routers/{router}/facts": { readonly path: { readonly router: string }; readonly query: { readonly network?: string }; readonly body: undefined; readonly answer: RouterFacts };
  "GET /api/v1/routers/{router}/entries": { readonly path: { readonly router: string }; readonly query: { readonly network?: string; readonly set: string; readonly search?: string; readonly offset?: number }; readonly body: undefined; readonly answer: SetEntries };
  "GET /api/v1/networks/{network}/facts.tar.gz": { readonly path: { readonly network: string }; readonly query: undefined; readonly body: undefined; readonly answer: Blob };
  "POST /api/v1/traces": { readonly path: undefined; readonly query: { readonly network?: string }; readonly body: TraceQuestion; readonly answer: Trace };
  "POST /api/v1/reach": { readonly path: undefined; readonly query: { readonly network?: string }; readonly body: ReachQuestion; readonly answer: Answer };
  "POST /api/v1/policies/check": { readonly path: undefined; readonly query: { readonly network?: string }; readonly body: Policy; readonly answer: PolicyCheck };
  "POST /api/v1/jobs/check": { readonly path: undefined; readonly query: undefined; readonly body: Draft; readonly answer: ReadDraft };
  "POST /api/v1/jobs": { readonly path: undefined; readonly query: undefined; readonly body: JobQuestion; readonly answer: Job };
  "GET /api/v1/jobs": { readonly path: undefined; readonly query: { readonly user?: string; readonly status?: "cancelled" | "expired" | "failed" | "queued" | "running" | "succeeded"; readonly source?: string; readonly destination?: string; readonly network?: string; readonly q?: string; readonly verdict?: "accepted" | "blackhole" | "conditional" | "denied_forward" | "denied_in" | "denied_out" | "exits_network" | "forwarding_off" | "loop" | "neighbor_unreachable" | "no_listener" | "no_route" | "prohibited" | "rpfilter" | "ttl_exceeded" | "unknown" | "unreachable"; readonly since?: string; readonly until?: string; readonly cursor?: number; readonly limit?: number }; readonly body: undefined; readonly answer: JobList };
  "GET /api/v1/jobs/{job}": { readonly path: { readonly job: string }; readonly query: undefined; readonly body: undefined; readonly answer: JobNow };
  "DELETE /api/v1/jobs/{job}": { readonly path: { readonly job: string }; readonly query: undefined; readonly body: undefined; readonly answer: undefined };
  "POST /api/v1/jobs/{job}/cancel": { readonly path: { readonly job: string }; readonly query: undefined; readonly body: undefined; readonly answer: Job };
  "GET /api/v1/jobs/{job}/events": { readonly path: { readonly job: string }; readonly query: { readonly after?: number }; readonly body: undefined; readonly answer: EventList };
  "GET /api/v1/jobs/{job}/result": { readonly path: { readonly job: string }; readonly query: undefined; readonly body: undefined; readonly answer: Result };
  "GET /api/v1/jobs/{job}/compare/{other}": { readonly path: { readonly job: string; readonly other: string }; readonly query: undefined; readonly body: undefined; readonly answer: RunDifference };
  "GET /api/v1/jobs/{job}/result.csv": { readonly path: { readonly job: string }; readonly query: undefined; readonly body: undefined; readonly answer: Blob };
  "GET /api/v1/jobs/{job}/path.json": { readonly path: { readonly job: string }; readonly query: { readonly service?: string; readonly layout?: boolean; readonly width?: number }; readonly body: undefined; readonly answer: Paths };
  "GET /api/v1/jobs/{job}/path.svg": { readonly path: { readonly job: string }; readonly query: { readonly service?: string }; readonly body: undefined; readonly answer: Blob };
  "GET /api/v1/jobs/{job}/path.png": { readonly path: { readonly job: string }; readonly query: { readonly service?: string }; readonly body: undefined; readonly answer: Blob };
  "GET /api/v1/jobs/{job}/report.pdf": { readonly path: { readonly job: string }; readonly query: { readonly download?: boolean; readonly part?: string; readonly paper?: "a4" | "letter" }; readonly body: undefined; readonly answer: Blob };
  "GET /api/v1/services": { readonly path: undefined; readonly query: undefined; readonly body: undefined; readonly answer: Choices };
  "GET /api/v1/test-config": { readonly path: undefined; readonly query: undefined; readonly body: undefined; readonly answer: TestConfig };
  "GET /api/v1/queue": { readonly path: undefined; readonly query: undefined; readonly body: undefined; readonly answer: Queue };
  "GET /api/v1/checks": { readonly path: undefined; readonly query: undefined; readonly body: undefined; readonly answer: HealthNow };
  "GET /api/v1/cleanup": { readonly path: undefined; readonly query: undefined; readonly body: undefined; readonly answer: Stats };
  "POST /api/v1/cleanup": { readonly path: undefined; readonly query: undefined; readonly body: undefined; readonly answer: Stats };
  "GET /api/v1/audit": { readonly path: undefined; readonly query: { readonly who?: string; readonly what?: string; readonly object?: string; readonly since?: string; readonly until?: string; readonly cursor?: number; readonly limit?: number }; readonly body: undefined; readonly answer: AuditList };
  "GET /healthz": { readonly path: undefined; readonly query: undefined; readonly body: undefined; readonly answer: Alive };
  "GET /readyz": { readonly path: undefined; readonly query: undefined; readonly body: undefined; readonly answer: Alive };
}
