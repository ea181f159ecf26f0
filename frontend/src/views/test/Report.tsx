import { useState } from "preact/hooks";
import { linkTo } from "../../api/http";
import type { Job } from "../../api/types";
import { text } from "../../text/test";
import { Button } from "../parts/Button";

/** The report in the page, for who wants it there, and everything to be saved. */
export function Report({ job }: { readonly job: Job }) {
  const [isOpen, setOpen] = useState(false);
  const pdf = (query: Readonly<Record<string, boolean>> = {}) => linkTo("GET /api/v1/jobs/{job}/report.pdf", { path: { job: job.id }, query });
  return (
    <section class="report" aria-label={text.report.title}>
      <header class="actions">
        <h2>{text.report.title}</h2>
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
