import { useEffect, useRef, useState } from "preact/hooks";
import { failureOf } from "../../api/http";
import { upload as send } from "../../api/upload";
import * as facts from "../../state/facts";
import { text } from "../../text/network";
import { Button } from "../parts/Button";
import { Field } from "../parts/Field";
import { Icon } from "../parts/Icon";
import { Problem } from "../parts/Problem";
import { Diagnostics } from "./Diagnostics";

const words = text.facts.upload;
const IGNORED = 8;

/** Files on their way to the server: chosen or dropped, checked, kept. */
export function Sender({ onKept }: { readonly onKept: (label: string, isActive: boolean) => void }) {
  const [upload, setUpload] = useState(facts.NO_UPLOAD);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const { files, name, step } = upload;
  const isSending = step.state === "sending";

  const go = async (aim: facts.Aim) => {
    const mine = new AbortController();
    running.current = mine;
    setUpload((now) => facts.sending(now, aim));
    try {
      const query = { name: name.trim(), validate: aim === "check", activate: aim === "activate" };
      const read = facts.readOf(await send(files, query, (sent, total) => setUpload((now) => facts.progressed(now, sent, total)), mine.signal));
      setUpload((now) => (read.label === null ? facts.answered(now, read) : { ...facts.answered(facts.NO_UPLOAD, read) }));
      if (read.label !== null) onKept(read.label, aim === "activate");
    } catch (error) {
      if (mine.signal.aborted) setUpload((now) => ({ ...now, step: { state: "idle" } }));
      else {
        const failure = failureOf(error);
        setUpload((now) => facts.failed(now, failure));
      }
    }
  };
  return (
    <section class="card upload">
      <h2>{words.title}</h2>
      <Chooser isBusy={isSending} onFiles={(chosen) => setUpload((now) => facts.withFiles(now, chosen))} />
      {files.length > 0 && (
        <>
          <Files files={files} isBusy={isSending} onRemove={(file) => setUpload((now) => facts.without(now, file))} />
          <div class="name"><Field id="network-name" label={words.name} value={name} hint={words.nameHint} isMono onType={(typed) => setUpload((now) => facts.named(now, typed))} /></div>
          <p class="actions">
            <Button kind={step.state === "read" ? "plain" : "main"} isBusy={isSending} onPress={() => void go("check")}>{words.check}</Button>
            <Button kind={step.state === "read" ? "main" : "plain"} isBusy={isSending} onPress={() => void go("keep")}>{words.keep}</Button>
            <Button isBusy={isSending} onPress={() => void go("activate")}>{words.activate}</Button>
          </p>
        </>
      )}
      {step.state === "sending" && <Progress sent={step.sent} total={step.total} onCancel={() => running.current?.abort()} />}
      {step.state === "failed" && <Problem failure={step.failure} />}
      {step.state === "read" && <Read read={step.read} />}
    </section>
  );
}

function Chooser({ isBusy, onFiles }: { readonly isBusy: boolean; readonly onFiles: (files: readonly File[]) => void }) {
  const [isOver, setOver] = useState(false);
  const take = (list: FileList | null | undefined) => {
    if (list && list.length > 0 && !isBusy) onFiles([...list]);
  };
  const over = (event: DragEvent, now: boolean) => {
    event.preventDefault();
    setOver(now);
  };
  return (
    <div
      class={isOver ? "drop over" : "drop"}
      onDragOver={(event) => over(event, true)} onDragLeave={(event) => over(event, false)}
      onDrop={(event) => {
        over(event, false);
        take(event.dataTransfer?.files);
      }}
    >
      <p>
        {words.drop}{" "}
        <label class="choose">
          {words.choose}
          <input
            type="file" name="files" multiple class="unseen" disabled={isBusy}
            onChange={(event) => {
              take(event.currentTarget.files);
              event.currentTarget.value = ""; // the same file may be chosen again
            }}
          />
        </label>
      </p>
      <p class="faint small">{words.hint}</p>
    </div>
  );
}

interface FilesProps {
  readonly files: readonly File[];
  readonly isBusy: boolean;
  readonly onRemove: (file: File) => void;
}

function Files({ files, isBusy, onRemove }: FilesProps) {
  return (
    <div>
      <p class="small faint">{words.total(files.length, text.facts.bytes(facts.sizeOf(files)))}</p>
      <ul class="files" aria-label={words.files}>
        {files.map((file) => (
          <li key={file.name}>
            <span class="mono">{file.name}</span> <span class="faint small">{text.facts.bytes(file.size)}</span>
            {!isBusy && <button type="button" class="icon-button" aria-label={words.drop1(file.name)} title={words.drop1(file.name)} onClick={() => onRemove(file)}><Icon name="close" /></button>}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Progress({ sent, total, onCancel }: { readonly sent: number; readonly total: number; readonly onCancel: () => void }) {
  const percent = facts.percentOf(sent, total);
  return (
    <div class="sending">
      <progress aria-label={words.progress} max={100} value={percent ?? undefined} />
      <span role="status">{percent === null ? words.reading : words.sending(percent)}</span>
      <Button onPress={onCancel}>{words.cancel}</Button>
    </div>
  );
}

function Read({ read }: { readonly read: facts.Read }) {
  return (
    <div class="read">
      <p class="said" role="status"><Icon name="good" />{read.label === null ? words.checked(read.name, read.routers) : words.kept(read.label, read.routers)}</p>
      {read.ignored.length > 0 && (
        <p>
          {words.ignored(read.ignored.length)} <span class="mono">{read.ignored.slice(0, IGNORED).join(", ")}</span>
          {read.ignored.length > IGNORED && ` ${words.more(read.ignored.length - IGNORED)}`}
        </p>
      )}
      <p class={read.count > 0 ? "warned" : "faint"}>{read.count === 0 ? words.clean : words.notUnderstood(read.count)}</p>
      {read.diagnostics.length > 0 && <Diagnostics diagnostics={read.diagnostics} hasFiles />}
    </div>
  );
}
