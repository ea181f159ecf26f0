import { render } from "preact";
import { api } from "./api";
import { Live } from "./live";
import { FIRST_PAGE } from "./state/page";
import { storeOf } from "./state/store";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/layout.css";
import "./styles/answer.css";
import "./styles/drawing.css";
import { App } from "./views/App";

const root = document.getElementById("app");
if (root === null) throw new Error("index.html has no element with id app");

const store = storeOf(FIRST_PAGE);
const live = new Live(store, api, window);
window.addEventListener("hashchange", () => live.arrive());
render(<App store={store} actions={live} />, root);
void live.start();
