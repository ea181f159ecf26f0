import { addressOf } from "../../api/base";
import type { NewToken } from "../../api/types";
import { text } from "../../text/account";
import { Button } from "../parts/Button";
import { Copy } from "../parts/Copy";
import { Dialog } from "../parts/Dialog";
import { Icon } from "../parts/Icon";

const words = text.tokens.made;

/** The only time that it is seen. */
export function Secret({ token, onClose }: { readonly token: NewToken; readonly onClose: () => void }) {
  const example = words.example(new URL(addressOf("api/v1/jobs"), location.href).href);
  return (
    <Dialog title={words.title(token.name)} onClose={onClose}>
      <p class="warned-line"><Icon name="open" /><span>{words.once}</span></p>
      <div class="secret">
        <code class="mono" id="token-secret">{token.token}</code>
        <Copy value={token.token} label={words.copy} />
      </div>
      <p class="small">{words.use}</p>
      <pre class="mono secret-example" tabindex={0} aria-label={words.exampleLabel}>{example}</pre>
      <div class="actions end"><Button kind="main" onPress={onClose}>{words.done}</Button></div>
    </Dialog>
  );
}
