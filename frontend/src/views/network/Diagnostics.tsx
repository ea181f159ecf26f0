import type { Diagnostic } from "../../state/router";
import { text } from "../../text/network";
import { text as shared } from "../../text/parts";
import { Table, type Column } from "../parts/Table";

const words = text.router.diagnostics;

interface Props {
  readonly diagnostics: readonly Diagnostic[];
  /** In whose file each stands, where they are of many. */
  readonly hasFiles?: boolean;
}

export function Diagnostics({ diagnostics, hasFiles = false }: Props) {
  const rows = diagnostics.map((each, key) => ({ ...each, key }));
  type Row = (typeof rows)[number];
  const file: Column<Row> = { key: "file", title: text.facts.file, isHead: true, sortBy: (row) => row.file, cell: (row) => row.file };
  const columns: readonly Column<Row>[] = [
    ...(hasFiles ? [file] : []),
    { key: "section", title: words.section, isHead: !hasFiles, isMono: true, sortBy: (row) => row.section, cell: (row) => row.section ?? shared.none },
    { key: "line", title: text.router.line, isNumber: true, sortBy: (row) => row.line, cell: (row) => row.line ?? shared.none },
    { key: "text", title: words.text, isMono: true, cell: (row) => row.text },
    { key: "expected", title: words.expected, cell: (row) => row.expected },
  ];
  return <Table caption={words.caption} columns={columns} rows={rows} keyOf={(row) => row.key} most={200} empty={<p>{words.none}</p>} />;
}
