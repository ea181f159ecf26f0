import type { Tone } from "../state/verdict";

export type IconName = Tone | "swap" | "mark";

/** Each meaning has a shape of its own, so that no one needs to see the colour. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <Glyph name={name} />
    </svg>
  );
}

export function Glyph({ name }: { readonly name: IconName }) {
  switch (name) {
    case "good":
      return (
        <>
          <circle class="solid" cx="8" cy="8" r="7" />
          <path class="sign" d="M4.6 8.3 7 10.7 11.5 5.6" />
        </>
      );
    case "bad":
      return (
        <>
          <path class="solid" d="M5 1h6l4 4v6l-4 4H5l-4-4V5z" />
          <path class="sign" d="M5.4 5.4l5.2 5.2M10.6 5.4l-5.2 5.2" />
        </>
      );
    case "open":
      return (
        <>
          <path class="solid" d="M6.9 1.4c.5-.9 1.7-.9 2.2 0l6.4 11.7c.5.9-.1 1.9-1.1 1.9H1.6c-1 0-1.6-1-1.1-1.9z" />
          <path class="sign" d="M8 5.7v3.6M8 12.1v.1" />
        </>
      );
    case "swap":
      return <path class="line" d="M4.5 2.5v10M2 10l2.5 2.8L7 10M11.5 13.5v-10M9 6l2.5-2.8L14 6" />;
    case "mark":
      return (
        <>
          <path class="line" d="M3.5 11.5 7.3 5 13 8" />
          <circle class="solid" cx="3.5" cy="11.5" r="2" />
          <circle class="solid" cx="7.3" cy="5" r="2" />
          <circle class="solid last" cx="13" cy="8" r="2" />
        </>
      );
  }
}
