import { useState } from "preact/hooks";
import { linkTo } from "../../api/http";
import type { Job } from "../../api/types";
import { nameOf } from "../../state/service";
import { text } from "../../text/test";
import { Button } from "../parts/Button";

/** Where it is kept which paper a person has. */
const PAPER = "tsim-paper";
type Paper = "a4" | "letter";
const PAPERS: readonly Paper[] = ["a4", "letter"];

/** The report in the page, for who wants it there, and everything to be saved. */
export function Report({ job }: { readonly job: Job }) {
  const [isOpen, setOpen] = useState(false);
  const [part, setPart] = useState("");
  const [paper, setPaper] = useState<Paper>(() => PAPERS.find((each) => each === localStorage.getItem(PAPER)) ?? "a4");
  const choosePaper = (chosen: string) => {
    setPaper(PAPERS.find((each) => each === chosen) ?? "a4");
    localStorage.setItem(PAPER, chosen);
  };
  const pdf = (query: { readonly download?: boolean } = {}) =>
    linkTo("GET /api/v1/jobs/{job}/report.pdf", { path: { job: job.id }, query: { ...query, ...(part && { part }), paper } });
  const parts = [["", text.report.whole], ["summary", text.report.summary], ...job.services.map(nameOf).map((each) => [each, each]), ["appendix", text.report.appendix]];
  return (
    <section class="report" aria-label={text.report.title}>
      <header class="actions">
        <h2>{text.report.title}</h2>
        <label class="of">{text.report.part}
          <select name="part" value={part} onChange={(event) => setPart(event.currentTarget.value)}>
            {parts.map(([value, name]) => <option key={value} value={value}>{name}</option>)}
          </select>
        </label>
        <label class="of">{text.report.paper}
          <select name="paper" value={paper} onChange={(event) => choosePaper(event.currentTarget.value)}>
            {PAPERS.map((each) => <option key={each} value={each}>{text.report.papers[each]}</option>)}
          </select>
        </label>
        <Button isPressed={isOpen} onPress={() => setOpen(!isOpen)}>{isOpen ? text.report.hide : text.report.open}</Button>
        <span class="faint small save">
          {text.report.save}{" "}
          <a href={pdf({ download: true })} download>{text.report.pdf}</a>{" "}
          <a href={linkTo("GET /api/v1/jobs/{job}/result", { path: { job: job.id } })} download={`tsim-${job.number}.json`}>{text.report.json}</a>{" "}
          <a href={linkTo("GET /api/v1/jobs/{job}/result.csv", { path: { job: job.id } })} download>{text.report.csv}</a>
        </span>
      </header>
      {isOpen && <iframe class="card" src={pdf()} title={text.report.frame(job.number)} />}
    </section>
  );
}
