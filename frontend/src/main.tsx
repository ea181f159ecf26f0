import { render } from "preact";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/parts.css";
import "./styles/frame.css";
import { App } from "./views/frame/App";
import { beginSession } from "./views/frame/session";

const root = document.getElementById("app");
if (root === null) throw new Error("index.html has no element with id app");

beginSession();
render(<App />, root);
