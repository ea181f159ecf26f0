import type { JSX } from "preact";
import type { Fate, Tone } from "../../state/verdict";

export type IconName = Tone | Fate | Sign;
type Sign = "swap" | "mark" | "close" | "copy" | "done" | "up" | "down" | "both" | "menu" | "system" | "light" | "dark";

/** Each meaning has a shape of its own, so that no one needs to see the colour. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <Glyph name={name} />
    </svg>
  );
}

const CHECK = (
  <>
    <circle class="solid" cx="8" cy="8" r="7" />
    <path class="sign" d="M4.6 8.3 7 10.7 11.5 5.6" />
  </>
);
const STOP = (
  <>
    <path class="solid" d="M5 1h6l4 4v6l-4 4H5l-4-4V5z" />
    <path class="sign" d="M5.4 5.4l5.2 5.2M10.6 5.4l-5.2 5.2" />
  </>
);
const WARNING = (
  <>
    <path class="solid" d="M6.9 1.4c.5-.9 1.7-.9 2.2 0l6.4 11.7c.5.9-.1 1.9-1.1 1.9H1.6c-1 0-1.6-1-1.1-1.9z" />
    <path class="sign" d="M8 5.7v3.6M8 12.1v.1" />
  </>
);

const GLYPHS: Readonly<Record<IconName, JSX.Element>> = {
  good: CHECK,
  bad: STOP,
  open: WARNING,
  accepted: CHECK,
  dropped: STOP,
  // The packet comes back.
  rejected: (
    <>
      <rect class="solid" x="1" y="1" width="14" height="14" rx="2" />
      <path class="sign" d="M6.8 4.2 4 7l2.8 2.8M4.2 7h4.6a2.6 2.6 0 0 1 0 5.2H7.4" />
    </>
  ),
  conditional: WARNING,
  unknown: (
    <>
      <path class="solid" d="M8 .6 15.4 8 8 15.4.6 8z" />
      <path class="sign" d="M6.2 6.4c.2-2.4 3.7-2.2 3.6 0 0 1.3-1.7 1.3-1.8 2.800M8 11.400v.1" />
    </>
  ),
  swap: <path class="line" d="M4.5 2.5v10M2 10l2.5 2.800L7 10M11.5 13.500v-10M9 6l2.5-2.800L14 6" />,
  mark: (
    <>
      <path class="line" d="M3.5 11.5 7.3 5 13 8" />
      <circle class="solid" cx="3.5" cy="11.5" r="2" />
      <circle class="solid" cx="7.3" cy="5" r="2" />
      <circle class="solid last" cx="13" cy="8" r="2" />
    </>
  ),
  close: <path class="line" d="M3.5 3.500l9 9M12.5 3.500l-9 9" />,
  copy: <path class="line" d="M5.5 5.500h8v8h-8zM10.5 5.500v-3h-8v8h3" />,
  done: <path class="line" d="M3 8.5 6.5 12 13 4.5" />,
  up: <path class="line" d="M4.5 9.5 8 6l3.5 3.5" />,
  down: <path class="line" d="M4.5 6.5 8 10l3.5-3.5" />,
  both: <path class="line" d="M5 6.5 8 3.500l3 3M5 9.500l3 3 3-3" />,
  menu: <path class="line" d="M2.5 4h11M2.5 8h11M2.5 12h11" />,
  system: (
    <>
      <circle class="line" cx="8" cy="8" r="5.5" />
      <path class="solid" d="M8 2.500a5.5 5.5 0 0 1 0 11z" />
    </>
  ),
  light: (
    <>
      <circle class="line" cx="8" cy="8" r="2.8" />
      <path class="line" d="M8 1.200v1.600M8 13.200v1.600M1.2 8h1.600M13.2 8h1.600M3.2 3.200l1.1 1.100M11.7 11.700l1.1 1.100M12.8 3.200l-1.1 1.100M4.3 11.700l-1.1 1.1" />
    </>
  ),
  dark: <path class="line" d="M13.2 9.600A5.6 5.6 0 0 1 6.4 2.8 5.6 5.6 0 1 0 13.2 9.600z" />,
};

export function Glyph({ name }: { readonly name: IconName }) {
  return GLYPHS[name];
}
