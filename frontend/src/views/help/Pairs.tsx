interface Props {
  /** Read out. */
  readonly caption: string;
  readonly heads: readonly [string, string];
  readonly rows: readonly (readonly [string, string])[];
  readonly isMono?: boolean;
}

/** What is written or pressed, and what that means. */
export function Pairs({ caption, heads, rows, isMono = false }: Props) {
  return (
    <div class="table card" role="region" aria-label={caption} tabindex={0}>
      <table>
        <caption class="unseen">{caption}</caption>
        <thead><tr>{heads.map((head) => <th key={head} scope="col">{head}</th>)}</tr></thead>
        <tbody>
          {rows.map(([what, means]) => (
            <tr key={what}>
              <th scope="row" class={isMono ? "mono" : undefined}>{isMono ? what : what.split(", ").map((key) => <kbd key={key}>{key}</kbd>)}</th>
              <td>{means}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Scrolls by itself where it is wide, so it takes the focus. */
export function Example({ label, children }: { readonly label: string; readonly children: string }) {
  return <pre class="example mono" tabindex={0} role="region" aria-label={label}>{children}</pre>;
}
