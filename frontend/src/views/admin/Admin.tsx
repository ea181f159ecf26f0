import type { ComponentType } from "preact";
import { ADMIN_PARTS, pathTo, type AdminPart, type PageProps, type Query } from "../../state/route";
import "../../styles/account.css";
import "../../styles/admin.css";
import { text } from "../../text/admin";
import { Link, useTitle } from "../frame/navigation";
import { useMe } from "../frame/session";
import { Empty } from "../parts/Empty";
import { Audit } from "./Audit";
import { Cleanup } from "./Cleanup";
import { Health } from "./Health";
import { Queue } from "./Queue";
import { Sessions } from "./Sessions";
import { Users } from "./Users";

const PARTS: Readonly<Record<AdminPart, ComponentType<{ readonly query: Query }>>> = {
  queue: Queue,
  users: Users,
  sessions: Sessions,
  cleanup: Cleanup,
  health: Health,
  audit: Audit,
};

export default function Admin({ parts, query }: PageProps) {
  const chosen = ADMIN_PARTS.find((part) => part === parts["part"]) ?? ADMIN_PARTS[0];
  const me = useMe();
  useTitle(text.parts[chosen], text.title);
  if (me.role !== "admin") return <Others name={me.username} />;
  const Part = PARTS[chosen];
  return (
    <>
      <h1>{text.title}</h1>
      <nav class="subpages admin-parts" aria-label={text.title}>
        <ul>
          {ADMIN_PARTS.map((part) => (
            <li key={part}><Link to={pathTo("admin", { part })} isCurrent={part === chosen}>{text.parts[part]}</Link></li>
          ))}
        </ul>
      </nav>
      <section class="area"><Part query={query} /></section>
    </>
  );
}

/** Whoever is no administrator may have got the address from one. */
function Others({ name }: { readonly name: string }) {
  return (
    <Empty isPage title={text.others.title}>
      <p>{text.others.body(name)}</p>
      <p><Link to={pathTo("history")}>{text.others.back}</Link></p>
    </Empty>
  );
}
