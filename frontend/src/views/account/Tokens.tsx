import { useState } from "preact/hooks";
import { ask, failureOf } from "../../api/http";
import type { NewToken, Token } from "../../api/types";
import { isOver } from "../../state/account";
import { valueOf } from "../../state/remote";
import { text } from "../../text/account";
import { Button } from "../parts/Button";
import { Confirm } from "../parts/Confirm";
import { Loading } from "../parts/Loading";
import { Problem } from "../parts/Problem";
import { Table, type Column } from "../parts/Table";
import { Time } from "../parts/Time";
import { useAsked } from "../parts/useAsked";
import { NewTokenDialog } from "./NewTokenDialog";
import { Secret } from "./Secret";

const words = text.tokens;

export function Tokens() {
  const [remote, reload] = useAsked((signal) => ask("GET /api/v1/tokens", {}, { signal }), []);
  const [isMaking, setMaking] = useState(false);
  const [made, setMade] = useState<NewToken | null>(null);
  const [removing, setRemoving] = useState<Token | null>(null);
  const tokens = valueOf(remote)?.tokens ?? null;
  const remove = async (token: Token) => {
    try {
      await ask("DELETE /api/v1/tokens/{token}", { path: { token: token.id } });
    } catch (error) {
      return failureOf(error);
    }
    setRemoving(null);
    reload();
    return null;
  };
  return (
    <section class="area">
      <div class="area-head">
        <h2>{words.title}</h2>
        <Button kind="main" onPress={() => setMaking(true)}>{words.create}</Button>
      </div>
      <p class="faint">{words.about}</p>
      {remote.state === "failed" && <Problem failure={remote.failure} onRetry={reload} />}
      {tokens === null && remote.state !== "failed" && <Loading />}
      {tokens && <Table caption={words.title} columns={columns(setRemoving)} rows={tokens} keyOf={({ id }) => id} empty={<p class="faint">{words.none}</p>} />}
      {isMaking && (
        <NewTokenDialog
          onClose={() => setMaking(false)}
          onMade={(token) => {
            setMaking(false);
            setMade(token);
            reload();
          }}
        />
      )}
      {made && <Secret token={made} onClose={() => setMade(null)} />}
      {removing && (
        <Confirm title={words.removing.title(removing.name)} yes={words.removing.yes} onClose={() => setRemoving(null)} act={() => remove(removing)}>
          <p>{words.removing.body}</p>
        </Confirm>
      )}
    </section>
  );
}

function columns(onRemove: (token: Token) => void): readonly Column<Token>[] {
  return [
    { key: "name", title: words.name, cell: ({ name }) => name, sortBy: ({ name }) => name, isHead: true },
    { key: "reach", title: words.reach, cell: ({ scopes }) => words.reaches[scopes.at(-1) ?? "read"].title },
    { key: "used", title: words.used, cell: ({ used }) => (used ? <Time at={used} /> : <span class="faint">{words.never}</span>), sortBy: ({ used }) => used },
    { key: "expires", title: words.expires, cell: ({ expires }) => <Expiry expires={expires} />, sortBy: ({ expires }) => expires },
    { key: "created", title: words.created, cell: ({ created }) => <Time at={created} />, sortBy: ({ created }) => created },
    {
      key: "remove", title: words.actions,
      cell: (token) => <Button kind="quiet" label={words.removeLabel(token.name)} onPress={() => onRemove(token)}>{words.remove}</Button>,
    },
  ];
}

function Expiry({ expires }: { readonly expires: string | null }) {
  if (expires === null) return <>{words.endless}</>;
  return isOver(expires, Date.now()) ? <span class="over">{words.over}</span> : <Time at={expires} />;
}
