/** Every word that the page shows, by area. A page imports its own area, so that what loads later has its words with it. */

export { text as account } from "./account";
export { text as admin } from "./admin";
export { text as frame } from "./frame";
export { text as help } from "./help";
export { text as history } from "./history";
export { text as network } from "./network";
export { text as parts } from "./parts";
export { text as test } from "./test";
export { text as trace } from "./trace";
