import { useState } from "preact/hooks";
import { ask } from "../../api/http";
import type { User } from "../../api/types";
import { valueOf } from "../../state/remote";
import { pathTo } from "../../state/route";
import { text } from "../../text/admin";
import { Link } from "../frame/navigation";
import { useMe } from "../frame/session";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { Loading } from "../parts/Loading";
import { Problem } from "../parts/Problem";
import { Table, type Column } from "../parts/Table";
import { Time } from "../parts/Time";
import { useAsked } from "../parts/useAsked";
import { NewUser } from "./NewUser";
import { UserDialog } from "./UserDialog";

const words = text.users;

export function Users() {
  const me = useMe();
  const [remote, reload] = useAsked((signal) => ask("GET /api/v1/users", {}, { signal }), []);
  const [isAdding, setAdding] = useState(false);
  const [open, setOpen] = useState<string | null>(null);
  const users = valueOf(remote)?.users ?? null;
  const opened = users?.find(({ username }) => username === open);
  return (
    <>
      <div class="area-head">
        <h2>{text.parts.users}</h2>
        <Button kind="main" onPress={() => setAdding(true)}>{words.add}</Button>
      </div>
      {remote.state === "failed" && <Problem failure={remote.failure} onRetry={reload} />}
      {users === null && remote.state !== "failed" && <Loading />}
      {users && <Table caption={text.parts.users} columns={columns(me.username, setOpen)} rows={users} keyOf={({ username }) => username} sorting={{ column: "name", isDown: false }} />}
      {isAdding && <NewUser onClose={() => setAdding(false)} onAdded={() => { setAdding(false); reload(); }} />}
      {opened && <UserDialog key={opened.username} user={opened} onClose={() => setOpen(null)} onChanged={reload} onRemoved={() => { setOpen(null); reload(); }} />}
    </>
  );
}

function columns(me: string, onOpen: (name: string) => void): readonly Column<User>[] {
  return [
    { key: "name", title: words.name, cell: ({ username }) => <>{username}{username === me && <span class="pill">{words.you}</span>}</>, sortBy: ({ username }) => username, isHead: true },
    { key: "role", title: words.role, cell: (user) => words.roleOf(user), sortBy: ({ role }) => role },
    { key: "origin", title: words.origin, cell: ({ origin }) => words.origins[origin], sortBy: ({ origin }) => origin },
    {
      key: "locked", title: words.state, sortBy: ({ is_locked: isLocked }) => Number(isLocked),
      cell: ({ is_locked: isLocked }) => <span class={isLocked ? "fate bad" : "fate good"}><Icon name={isLocked ? "bad" : "good"} />{isLocked ? words.locked : words.active}</span>,
    },
    { key: "signed", title: words.signedIn, cell: ({ signed_in: at }) => (at ? <Time at={at} /> : <span class="faint">{words.never}</span>), sortBy: ({ signed_in: at }) => at },
    { key: "created", title: words.created, cell: ({ created }) => <Time at={created} />, sortBy: ({ created }) => created },
    {
      key: "open", title: words.actions,
      cell: ({ username }) => username === me
        ? <Link to={pathTo("account")}>{words.own}</Link>
        : <Button kind="quiet" label={words.changeLabel(username)} onPress={() => onOpen(username)}>{words.change}</Button>,
    },
  ];
}
