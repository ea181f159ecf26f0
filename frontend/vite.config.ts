import { defineConfig } from "vitest/config";
import { pageStyles } from "./pagestyles.ts";

const server = "http://127.0.0.1:8000";

export default defineConfig({
  // Relative addresses, so that the same files work at / and under any sub-path.
  base: "./",
  plugins: [pageStyles()],
  build: {
    target: "es2022",
    // Those that know light-dark(), by which each colour says both of its values.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    // Never turn a file into a data: address; the page's policy allows files of its own host only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  // Only `npm run dev` uses this: it hands the API to a server that runs already.
  server: { proxy: { "/api": server, "/socket.io": { target: server, ws: true } } },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
