import type { Session } from "../../api/types";
import { deviceOf } from "../../state/agent";
import { text } from "../../text/parts";
import { Button } from "./Button";
import { Table, type Column } from "./Table";
import { Time } from "./Time";

interface Props {
  readonly caption: string;
  readonly sessions: readonly Session[];
  readonly onEnd: (session: Session) => void;
  /** Of several people. */
  readonly hasUsers?: boolean;
}

const words = text.sessions;

/** Where somebody has signed in, and since when. */
export function SessionTable({ caption, sessions, onEnd, hasUsers = false }: Props) {
  const columns: readonly Column<Session>[] = [
    ...(hasUsers ? [{ key: "user", title: words.user, cell: ({ user }: Session) => user, sortBy: ({ user }: Session) => user }] : []),
    { key: "device", title: words.device, cell: (session) => <Device session={session} />, sortBy: ({ agent }) => deviceOf(agent), isHead: true },
    { key: "address", title: words.address, cell: ({ address }) => address ?? text.none, sortBy: ({ address }) => address, isMono: true },
    { key: "seen", title: words.seen, cell: ({ seen }) => <Time at={seen} />, sortBy: ({ seen }) => seen },
    { key: "created", title: words.created, cell: ({ created }) => <Time at={created} />, sortBy: ({ created }) => created },
    { key: "ends", title: words.ends, cell: ({ ends }) => <Time at={ends} />, sortBy: ({ ends }) => ends },
    {
      key: "end", title: words.actions,
      cell: (session) => (
        <Button kind="quiet" label={words.endLabel(nameOf(session), session.address ?? text.none)} onPress={() => onEnd(session)}>{words.end}</Button>
      ),
    },
  ];
  return (
    <Table
      caption={caption} columns={columns} rows={sessions} keyOf={({ id }) => id} isChosen={({ is_current: isCurrent }) => isCurrent}
      empty={<p class="faint">{words.none}</p>}
    />
  );
}

function nameOf({ agent }: Session): string {
  return deviceOf(agent) ?? words.unknown;
}

function Device({ session }: { readonly session: Session }) {
  return (
    <span title={session.agent ?? undefined}>
      {nameOf(session)}{session.is_current && <span class="pill">{words.current}</span>}
    </span>
  );
}
