/** Which module shows which page. Each is loaded when it is opened. */

import type { ComponentType } from "preact";
import type { PageName, PageProps } from "../../state/route";

type Loaded = { readonly default: ComponentType<PageProps> };

export const PAGES: Readonly<Record<PageName, () => Promise<Loaded>>> = {
  newTest: () => import("../test/NewTest"),
  job: () => import("../test/Job"),
  history: () => import("../history/History"),
  compare: () => import("../history/Compare"),
  topology: () => import("../network/Topology"),
  router: () => import("../network/Router"),
  facts: () => import("../network/Facts"),
  trace: () => import("../trace/Trace"),
  admin: () => import("../admin/Admin"),
  account: () => import("../account/Account"),
  help: () => import("../help/Help"),
};
