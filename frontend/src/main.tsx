import { render } from "preact";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/parts.css";
import "./styles/frame.css";
import { addressOf } from "./api/base";
import { App } from "./views/frame/App";
import { loadFirst } from "./views/frame/Page";
import { beginSession } from "./views/frame/session";

const root = document.getElementById("app");
if (root === null) throw new Error("index.html has no element with id app");

// The browser asks for the icon again at each address; from a deeper one a relative path leads elsewhere.
document.querySelector("link[rel=icon]")?.setAttribute("href", addressOf("icon.svg"));

beginSession();
loadFirst();
render(<App />, root);
