import { text } from "../../text/parts";
import { Button } from "./Button";

/** The next page of a long list. */
export function MoreButton({ isBusy, onPress }: { readonly isBusy: boolean; readonly onPress: () => void }) {
  return (
    <p class="actions more-button">
      <Button isBusy={isBusy} onPress={onPress}>{isBusy ? text.loading : text.table.more}</Button>
    </p>
  );
}
