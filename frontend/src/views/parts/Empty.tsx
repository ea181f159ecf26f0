import type { ComponentChildren } from "preact";

interface Props {
  readonly title: string;
  /** There is nothing else on the page: the title is the page's. */
  readonly isPage?: boolean;
  readonly children?: ComponentChildren;
}

/** In place of what is not there yet: what it would be, and how one gets it. */
export function Empty({ title, isPage = false, children }: Props) {
  return (
    <section class="empty">
      {isPage ? <h1>{title}</h1> : <h2>{title}</h2>}
      {children}
    </section>
  );
}
