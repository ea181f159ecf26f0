/** A number that matters, with what it counts. */
export function Figure({ value, word }: { readonly value: string; readonly word: string }) {
  return (
    <li class="card figure">
      <p class="value">{value}</p>
      <p class="faint small">{word}</p>
    </li>
  );
}
