import { useEffect } from "preact/hooks";
import type { KnownPolicyRule } from "../../api/types";
import { text } from "../../text/network";
import { text as shared } from "../../text/parts";
import { Table, type Column } from "../parts/Table";
import type { PartProps } from "./partProps";

const words = text.router.policy;

export function PolicyRules({ facts, spot }: PartProps) {
  const columns: readonly Column<KnownPolicyRule>[] = [
    { key: "priority", title: words.priority, isNumber: true, sortBy: (row) => row.priority, cell: (row) => row.priority },
    { key: "rule", title: words.rule, isHead: true, isMono: true, cell: (row) => row.text.replace(/^\d+:\s*/, "") },
    { key: "table", title: words.table, sortBy: (row) => row.table, cell: (row) => row.table ?? shared.none },
    { key: "line", title: text.router.line, isNumber: true, sortBy: (row) => row.line, cell: (row) => row.line },
  ];
  useEffect(() => document.querySelector(".table tr.chosen")?.scrollIntoView({ block: "center" }), [spot.line]);
  if (facts.policy_rules.length === 0) return <div class="card none"><p>{words.none}</p></div>;
  return (
    <>
      {([4, 6] as const).map((family) => {
        const rows = facts.policy_rules.filter((rule) => rule.family === family);
        return rows.length > 0 && (
          <Table
            key={family} caption={words.of(family)} isTitled columns={columns} rows={rows} keyOf={(row) => `${row.line} ${row.text}`}
            most={300} isChosen={(row) => row.line === spot.line}
          />
        );
      })}
    </>
  );
}

export function Settings({ facts }: PartProps) {
  const rows = Object.entries(facts.settings);
  const columns: readonly Column<(typeof rows)[number]>[] = [
    { key: "name", title: text.router.settings.name, isHead: true, isMono: true, sortBy: ([name]) => name, cell: ([name]) => name },
    { key: "value", title: text.router.settings.value, isMono: true, sortBy: ([, value]) => value, cell: ([, value]) => value },
  ];
  return <Table caption={text.router.parts.settings} columns={columns} rows={rows} keyOf={([name]) => name} most={300} empty={<p>{text.router.settings.none}</p>} />;
}
