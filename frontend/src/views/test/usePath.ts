/** Where a path stands in its picture: computed by the server for the room that there is, as for files and the report. */

import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ask } from "../../api/http";
import type { Paths } from "../../api/types";
import type { Remote } from "../../state/remote";
import { useAsked } from "../parts/useAsked";
import { SCALE } from "./WayDrawing";

const [LEAST, MOST] = [150, 2000];
const QUIET_MS = 120;

/** `key` changes when there may be another path. */
export function usePath(job: string, service: string, key: string): readonly [RefObject<HTMLDivElement | null>, Remote<Paths>] {
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const measured = () => setWidth(Math.min(Math.max(Math.floor(element.clientWidth / SCALE), LEAST), MOST));
    measured();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const observer = new ResizeObserver(() => {
      clearTimeout(timer);
      timer = setTimeout(measured, QUIET_MS);
    });
    observer.observe(element);
    return () => {
      clearTimeout(timer);
      observer.disconnect();
    };
  }, []);
  const [asked] = useAsked(
    width > 0 ? (signal) => ask("GET /api/v1/jobs/{job}/path.json", { path: { job }, query: { service, layout: true, width } }, { signal }) : null,
    [job, service, key, width],
  );
  return [frame, asked];
}
