import type { Plugin } from "vite";

const PAGE = /(\w+): \(\) => import\("\.\.\/(.+?)"\)/g;
const STYLE = /import "\.\.\/\.\.\/styles\/(\w+\.css)"/g;
const KEYFRAMES = /@keyframes [\w-]+ \{(?:[^{}]*\{[^{}]*\})*\s*\}/g;

/** What a style says holds on the pages that import it, although it stays loaded when another one is opened: it is nested in
 * `[data-page]` (views/frame/Page.tsx), without weight of its own. A page imports its styles in its own module. */
export function pageStyles(): Plugin {
  const pages = new Map<string, string[]>();
  let root = "";
  return {
    name: "page-styles",
    enforce: "pre",
    configResolved(config) {
      root = config.root;
    },
    async buildStart() {
      const read = (file: string) => this.fs.readFile(`${root}/src/views/${file}`, { encoding: "utf8" });
      pages.clear();
      for (const [, page, module] of (await read("frame/pages.ts")).matchAll(PAGE)) {
        for (const [, style = ""] of (await read(`${module}.tsx`)).matchAll(STYLE)) {
          pages.set(style, [...(pages.get(style) ?? []), `[data-page="${page}"]`]);
        }
      }
    },
    transform(code, id) {
      const of = pages.get(/\/styles\/(\w+\.css)$/.exec(id)?.[1] ?? "");
      if (!of) return null;
      const moves = code.match(KEYFRAMES) ?? []; // these may not be nested
      return `${moves.join("\n")}\n:where(${of.join(", ")}) {\n${code.replace(KEYFRAMES, "")}\n}\n`;
    },
  };
}
