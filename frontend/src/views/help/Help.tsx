import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { addressOf } from "../../api/base";
import { pathTo } from "../../state/route";
import type { Fate } from "../../state/verdict";
import "../../styles/help.css";
import { SECTIONS, text, type Section } from "../../text/help";
import { verdict } from "../../text/parts";
import { Link, useAddress, useTitle } from "../frame/navigation";
import { FateMark } from "../parts/Verdict";
import { Example, Pairs } from "./Pairs";

/** `/help#ports`: each heading has an address. */
export default function Help() {
  useTitle(text.title);
  const hash = useAddress().split("#")[1] ?? "";
  useEffect(() => {
    const heading = SECTIONS.some((section) => section === hash) ? document.getElementById(hash) : null;
    heading?.scrollIntoView();
    heading?.focus({ preventScroll: true });
  }, [hash]);
  const base = new URL(addressOf(""), location.href).href;
  return (
    <>
      <h1>{text.title}</h1>
      <div class="help">
        <nav class="contents" aria-label={text.contents}>
          <ul>
            {SECTIONS.map((section) => <li key={section}><Link to={`${pathTo("help")}#${section}`}>{text.sections[section]}</Link></li>)}
          </ul>
        </nav>
        <div class="chapters">
          <Chapter of="what">
            {text.what.map((paragraph) => <p key={paragraph}>{paragraph}</p>)}
            <p class="actions">
              <Link class="button" to={pathTo("newTest")}>{text.start}</Link>
              <Link class="button" to={pathTo("topology")}>{text.look}</Link>
            </p>
          </Chapter>
          <Chapter of="verdicts"><Verdicts /></Chapter>
          <Chapter of="ports">
            <p>{text.ports.about}</p>
            <Pairs caption={text.sections.ports} heads={[text.ports.what, text.ports.means]} rows={text.ports.examples} isMono />
            <p>{text.ports.limit}</p>
          </Chapter>
          <Chapter of="trace">
            <p>{text.trace.about}</p>
            <Example label={text.trace.exampleLabel}>{text.trace.example}</Example>
            <dl>
              {text.trace.fields.map(([name, means]) => <div key={name}><dt class="mono">{name}</dt><dd>{means}</dd></div>)}
            </dl>
            <p>{text.trace.rest}</p>
          </Chapter>
          <Chapter of="keys">
            <p>{text.keys.about}</p>
            <Pairs caption={text.sections.keys} heads={[text.keys.key, text.keys.does]} rows={text.keys.list} />
          </Chapter>
          <Chapter of="programs">
            <p>{text.programs.about} <a href={addressOf("api/docs")}>{text.programs.docs}</a> {text.programs.docsHint}.</p>
            <p><Link to={pathTo("account")}>{text.programs.token}</Link> {text.programs.tokenHint}</p>
            <Example label={text.programs.exampleLabel}>{text.programs.example(base)}</Example>
          </Chapter>
          <Chapter of="shell">
            <p>{text.shell.about}</p>
            <Example label={text.shell.exampleLabel}>{text.shell.example(base)}</Example>
            <p>{text.shell.help}</p>
          </Chapter>
        </div>
      </div>
    </>
  );
}

function Chapter({ of, children }: { readonly of: Section; readonly children: ComponentChildren }) {
  return (
    <section>
      <h2 id={of} tabindex={-1}>{text.sections[of]}</h2>
      {children}
    </section>
  );
}

function Verdicts() {
  const words = text.verdicts;
  return (
    <>
      <p>{words.about}</p>
      <div class="table card" role="region" aria-label={text.sections.verdicts} tabindex={0}>
        <table>
          <caption class="unseen">{text.sections.verdicts}</caption>
          <thead><tr><th scope="col">{words.mark}</th><th scope="col">{words.means}</th><th scope="col">{words.where}</th></tr></thead>
          <tbody>
            {(Object.keys(words.fates) as Fate[]).map((fate) => (
              <tr key={fate}>
                <th scope="row"><FateMark fate={fate} /></th>
                <td>{words.fates[fate].means}</td>
                <td>{words.fates[fate].look}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <details>
        <summary>{words.moreTitle}</summary>
        <dl>
          {words.more.map(([word, means]) => <div key={word}><dt>{verdict(word)}</dt><dd>{means}</dd></div>)}
        </dl>
      </details>
    </>
  );
}
