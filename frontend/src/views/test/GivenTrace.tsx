import { useState } from "preact/hooks";
import type { FieldError, ReadTrace } from "../../api/types";
import { text } from "../../text/test";
import { Field } from "../parts/Field";
import { Complaints } from "./Complaints";

const MOST_BYTES = 1 << 20;

interface Props {
  readonly value: string;
  readonly read: ReadTrace | null;
  readonly errors: readonly FieldError[];
  readonly onChange: (value: string) => void;
}

/** A trace that the person has: typed, pasted, chosen or dropped, and read while it is. */
export function GivenTrace({ value, read, errors, onChange }: Props) {
  const [isOver, setOver] = useState(false);
  const [isTooLong, setTooLong] = useState(false);
  const take = async (file: File | undefined) => {
    setOver(false);
    setTooLong(file !== undefined && file.size > MOST_BYTES);
    if (file && file.size <= MOST_BYTES) onChange(await file.text());
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    void take(event.dataTransfer?.files[0]);
  };
  const onDragOver = (event: DragEvent) => {
    event.preventDefault();
    setOver(true);
  };
  return (
    <div class={isOver ? "given over" : "given"} onDrop={onDrop} onDragOver={onDragOver} onDragLeave={() => setOver(false)}>
      <Field
        id="trace" label={text.newTest.trace} value={value} rows={value ? 8 : 3} isMono hint={isOver ? text.newTest.traceDrop : text.newTest.traceHint}
        error={isTooLong ? text.newTest.tooLong : errors.length > 0 ? <Complaints errors={errors} /> : null} onType={onChange}
      />
      <label class="file">
        {text.newTest.traceFile}
        <input type="file" name="trace-file" class="unseen" accept=".json,application/json,text/plain" onChange={(event) => void take(event.currentTarget.files?.[0])} />
      </label>
      {read && read.routers.length > 0 && <p class="small" role="status">{text.newTest.traceRead(read.routers.map(({ name }) => name))}</p>}
      {read && read.notes.length > 0 && <ul class="points small">{read.notes.map((note) => <li key={note}>{note}</li>)}</ul>}
    </div>
  );
}
