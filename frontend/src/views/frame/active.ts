/** Another network became the active one: what says its name asks again. */

import { useEffect, useState } from "preact/hooks";
import { storeOf } from "../../state/store";

const changes = storeOf(0);

export function tellNetworkChanged(): void {
  changes.set(changes.get() + 1);
}

/** How often that happened here. */
export function useNetworkChanges(): number {
  const [count, setCount] = useState(changes.get());
  useEffect(() => changes.subscribe(() => setCount(changes.get())), []);
  return count;
}
