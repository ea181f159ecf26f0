import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { ask, failureOf, type Failure } from "../../api/http";
import { EMPTY, EXTRA, FIELDS, bodyOf, draftIn, draftKept, errorsOf, keptText, missingIn, withAsked, type Draft, type Field as Name } from "../../state/draft";
import { valueOf } from "../../state/remote";
import { pathTo, type PageProps } from "../../state/route";
import { candidates } from "../../state/suggest";
import "../../styles/test.css";
import { text } from "../../text/test";
import { navigate, useTitle } from "../frame/navigation";
import { useMe } from "../frame/session";
import { Button } from "../parts/Button";
import { Combobox } from "../parts/Combobox";
import { Field } from "../parts/Field";
import { Icon } from "../parts/Icon";
import { Problem } from "../parts/Problem";
import { useAsked } from "../parts/useAsked";
import { said } from "./Complaints";
import { GivenTrace } from "./GivenTrace";
import { Services } from "./Services";
import { useChecked } from "./useChecked";

/** What is asked, as far as it is written, with all that is wrong while it is typed. */
export default function NewTest({ query }: PageProps) {
  useTitle(text.newTest.title);
  const { username } = useMe();
  const place = `tsim-last-${username}`;
  const key = JSON.stringify(query);
  const [draft, setDraft] = useState<Draft>(() => draftIn(query) ?? draftKept(localStorage.getItem(place)) ?? EMPTY);
  const [tried, setTried] = useState(false);
  const [writing, setWriting] = useState<Name | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const form = useRef<HTMLFormElement>(null);

  const [topology] = useAsked((signal) => ask("GET /api/v1/topology", {}, { signal }), []);
  const [choices] = useAsked((signal) => ask("GET /api/v1/services", {}, { signal }), []);
  const [config] = useAsked((signal) => ask("GET /api/v1/test-config", {}, { signal }), []);
  const [before] = useAsked(query["from"] ? (signal) => ask("GET /api/v1/jobs/{job}/result", { path: { job: query["from"] ?? "" } }, { signal }) : null, [query["from"]]);
  const known = valueOf(topology);
  const suggested = useMemo(() => (known ? candidates(known) : null), [known]);
  const { read, isFresh } = useChecked(draft);
  const errors = errorsOf(read);
  const missing = missingIn(draft);

  // Another address is another test to begin with: a link to here, back and forward.
  const first = useRef(key);
  useEffect(() => {
    if (first.current !== key) setDraft(draftIn(query) ?? EMPTY);
    first.current = key;
  }, [key]);
  const asked = valueOf(before)?.asked;
  useEffect(() => {
    if (asked) setDraft((now) => withAsked(now, asked));
  }, [asked]);

  const put = (field: Name) => (value: string) => {
    setFailure(null);
    setDraft((now) => ({ ...now, [field]: value }));
  };
  const refused = failure?.kind === "problem" ? failure.problem : null;
  const errorAt = (field: Name): string | undefined => {
    if (refused?.field === field) return refused.detail;
    if (tried && missing.includes(field)) return text.newTest.missing;
    return errors[field]?.map(said).join(" ");
  };
  // An end is half a word for a while: what is wrong with it is said when the person has left it.
  const endError = (field: "source" | "destination") => (writing !== field || tried || refused ? errorAt(field) : undefined);

  const submit = async (event: Event) => {
    event.preventDefault();
    if (isBusy) return;
    setTried(true);
    if (missing.length > 0 || (isFresh && read && !read.is_complete)) {
      focusWrong();
      return;
    }
    setBusy(true);
    try {
      const job = await ask("POST /api/v1/jobs", { body: bodyOf(draft) }, { headers: { "Idempotency-Key": crypto.randomUUID?.() ?? String(Math.random()) } });
      localStorage.setItem(place, keptText(draft));
      navigate(pathTo("job", { job: job.id }));
    } catch (error) {
      setFailure(failureOf(error));
      setBusy(false);
    }
  };
  const focusWrong = () => {
    const wrong = FIELDS.find((field) => errors[field] || missing.includes(field));
    if (wrong) form.current?.querySelector<HTMLElement>(`[name="${wrong}"]`)?.focus();
  };
  useEffect(() => {
    if (refused?.field) form.current?.querySelector<HTMLElement>(`[name="${refused.field}"]`)?.focus();
  }, [refused]);

  const isAtField = refused !== null && FIELDS.some((field) => field === refused.field);
  const isExtra = EXTRA.some((field) => draft[field] !== "" || errors[field]);
  const end = (field: "source" | "destination") => (
    <div class="end-field" onFocusIn={() => setWriting(field)} onFocusOut={() => setWriting((now) => (now === field ? null : now))}>
      <Combobox
        id={field} label={text.newTest[field]} value={draft[field]} error={endError(field)} candidates={suggested}
        isUnavailable={topology.state === "failed"} onType={put(field)}
      />
    </div>
  );
  const option = (field: "source_port" | "gateway" | "tos" | "ttl", label: string, placeholder: string) => (
    <Field id={field} label={label} value={draft[field]} placeholder={placeholder} isMono error={errorAt(field) ?? null} onType={put(field)} />
  );

  return (
    <>
      <h1>{text.newTest.title}</h1>
      <form class="new-test" ref={form} aria-label={text.newTest.label} noValidate onSubmit={(event) => void submit(event)}>
        <section class="card test-ends" aria-label={text.newTest.ends}>
          {end("source")}
          <button type="button" class="swap" aria-label={text.newTest.swap} title={text.newTest.swap} onClick={() => setDraft({ ...draft, source: draft.destination, destination: draft.source })}>
            <Icon name="swap" />
          </button>
          {end("destination")}
        </section>
        <Services
          list={draft.services} read={read?.services ?? []} errors={refused?.field === "services" ? [{ field: "services", text: refused.detail, where: null }] : (errors.services ?? [])}
          isMissing={tried && missing.includes("services")} most={valueOf(config)?.max_services ?? null} choices={valueOf(choices)} onChange={put("services")}
        />
        <details class="card more-part" open={isExtra || undefined}>
          <summary>{text.newTest.more} <span class="faint small">{text.newTest.moreHint}</span></summary>
          <div class="options">
            {option("source_port", text.newTest.sourcePort, text.newTest.any)}
            {option("gateway", text.newTest.gateway, text.newTest.gatewayHint)}
            {option("tos", text.newTest.tos, "0")}
            {option("ttl", text.newTest.ttl, "64")}
          </div>
          <GivenTrace value={draft.trace} read={read?.trace ?? null} errors={refused?.field === "trace" ? [{ field: "trace", text: refused.detail, where: null }] : (errors.trace ?? [])} onChange={put("trace")} />
        </details>
        <div class="go card">
          <fieldset class="modes">
            <legend class="unseen">{text.newTest.mode}</legend>
            {(["prove", "predict"] as const).map((mode) => (
              <label key={mode}>
                <input type="radio" name="mode" value={mode} checked={draft.mode === mode} onChange={() => put("mode")(mode)} />
                <span><strong>{text.newTest.modes[mode][0]}</strong> <span class="faint small">{text.newTest.modes[mode][1]}</span></span>
              </label>
            ))}
          </fieldset>
          <Button kind="main" type="submit" isBusy={isBusy}>{isBusy ? text.newTest.busy : text.newTest.submit}</Button>
        </div>
        {failure && !isAtField && <Problem failure={failure} />}
      </form>
    </>
  );
}
