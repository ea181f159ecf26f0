import type { RouterFacts } from "../../api/types";
import type { Spot } from "../../state/router";

/** What each part of a router's page is given. */
export interface PartProps {
  /** With only what was searched for. */
  readonly facts: RouterFacts;
  /** With all of it. */
  readonly whole: RouterFacts;
  readonly spot: Spot;
  readonly to: (spot: Partial<Spot>) => string;
}
