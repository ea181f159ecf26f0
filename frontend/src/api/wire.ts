/** The documents that the server sends and takes, word for word. Nothing is computed here. */

export interface Step {
  readonly kind: string;
  readonly text: string;
  readonly outcome: string;
  readonly table: string | null;
  /** Of a firewall rule; a policy has no number. */
  readonly chain: string | null;
  readonly number: number | null;
  readonly comment: string | null;
  readonly section: string | null;
  readonly line: number | null;
}

export interface Hop {
  readonly hop: number;
  readonly name: string;
  readonly ip: string;
  readonly incoming: string;
  readonly outgoing: string;
  readonly is_router: boolean;
  readonly prev_hop: string;
  readonly next_hop: string;
  readonly rtt: number | null;
  readonly verdict: string;
  readonly segment: string | null;
  readonly steps: readonly Step[];
}

/** One branch of equal-cost routes. */
export interface Branch {
  readonly share: number;
  readonly verdict: string;
  readonly reason: string;
  readonly conditions: readonly string[];
  readonly path: readonly Hop[];
}

export interface Flow {
  readonly protocol: string | null;
  readonly source_port: number | null;
  readonly destination_port: number | null;
  readonly mark: number;
  readonly tos: number;
  readonly ttl: number;
}

export interface Trace extends Branch {
  readonly success: boolean;
  readonly source: string;
  readonly destination: string;
  readonly network: string;
  readonly by: string;
  readonly scope: string;
  readonly flow: Flow;
  readonly alternatives: readonly Branch[];
}

export interface TraceRequest {
  readonly source: string;
  readonly destination: string;
  readonly protocol?: string;
  readonly source_port?: number;
  readonly destination_port?: number;
  readonly mark?: number;
  readonly tos?: number;
  readonly ttl?: number;
  readonly gateway?: string;
}

export interface Location {
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
}

export interface Interface {
  readonly name: string;
  readonly up: boolean;
  readonly addresses: readonly string[];
  readonly segment: string | null;
}

export interface Router {
  readonly name: string;
  readonly kind: string;
  readonly location: Location | null;
  readonly roles: readonly string[];
  readonly interfaces: readonly Interface[];
}

export interface Segment {
  readonly name: string;
  readonly members: readonly { readonly router: string; readonly interface: string }[];
  readonly hosts: readonly string[];
}

export interface Host {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly segment: string | null;
}

export interface Topology {
  readonly network: {
    readonly name: string;
    readonly hash: string;
    readonly routers: number;
    readonly diagnostics: number;
  };
  readonly routers: readonly Router[];
  readonly segments: readonly Segment[];
  readonly hosts: readonly Host[];
}

/** RFC 9457, with the field of the request that was wrong. */
export interface Problem {
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly field: string | null;
}

/** Who has signed in when nobody has. */
export interface Nobody {
  readonly username: null;
}

export interface Me {
  readonly username: string;
  readonly role: string;
}
