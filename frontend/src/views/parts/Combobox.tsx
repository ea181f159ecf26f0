import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { namedAs, suggestions, type Candidate } from "../../state/suggest";
import { text } from "../../text/parts";

interface Props {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly error: string | undefined;
  /** null while the network is not loaded. */
  readonly candidates: readonly Candidate[] | null;
  readonly isUnavailable: boolean;
  readonly onType: (value: string) => void;
}

const LIMIT = 60;

/** A field that suggests and never insists (WAI-ARIA Authoring Practices, editable combobox with list autocomplete). */
export function Combobox({ id, label, value, error, candidates, isUnavailable, onType }: Props) {
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const list = useRef<HTMLUListElement>(null);
  const picked = useMemo(() => (candidates ? namedAs(candidates, value) : null), [candidates, value]);
  // A value that was picked is no filter: opening again shows the whole network.
  const [filter, setFilter] = useState("");
  const found = useMemo(() => suggestions(candidates ?? [], filter, LIMIT), [candidates, filter]);
  const isListed = isOpen && found.shown.length > 0;

  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: "nearest" });
  }, [active]);

  const open = () => {
    if (isOpen) return;
    setFilter(picked ? "" : value);
    setOpen(true);
    setActive(-1);
  };
  const close = () => {
    setOpen(false);
    setActive(-1);
  };
  const pick = (candidate: Candidate) => {
    onType(candidate.address);
    close();
  };
  const move = (by: number) => {
    const count = found.shown.length;
    if (count === 0) return;
    setActive(active < 0 ? (by > 0 ? 0 : count - 1) : (active + by + count) % count);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    const chosen = isListed ? found.shown[active] : undefined;
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp":
        event.preventDefault();
        if (!isOpen) open();
        else move(event.key === "ArrowDown" ? 1 : -1);
        break;
      case "Enter":
        if (chosen) {
          event.preventDefault();
          pick(chosen);
        } else close();
        break;
      case "Escape":
        if (isOpen) {
          event.preventDefault();
          close();
        }
        break;
    }
  };

  return (
    <div class="field combobox">
      <label for={id}>{label}</label>
      <input
        id={id} name={id} class="mono" role="combobox" type="text" autocomplete="off" autocapitalize="none" spellcheck={false}
        placeholder={text.combobox.endHint} value={value} required
        aria-required="true" aria-autocomplete="list" aria-expanded={isListed} aria-controls={`${id}-list`}
        aria-activedescendant={isListed && active >= 0 ? `${id}-${active}` : undefined}
        aria-invalid={error ? true : undefined} aria-describedby={`${id}-note`}
        onInput={(event) => {
          onType(event.currentTarget.value);
          setFilter(event.currentTarget.value);
          setOpen(true);
          setActive(-1);
        }}
        onClick={open} onBlur={close} onKeyDown={onKeyDown}
      />
      <ul
        id={`${id}-list`} ref={list} role="listbox" aria-label={text.combobox.listLabel(label)} hidden={!isListed}
        onMouseDown={(event) => event.preventDefault()}
      >
        {isListed && found.shown.map((candidate, position) => (
          <Option
            key={`${candidate.name} ${candidate.place} ${candidate.address}`} id={`${id}-${position}`}
            candidate={candidate} isActive={position === active} onPick={pick}
          />
        ))}
        {isListed && found.more > 0 && <li class="more" role="presentation">{text.combobox.more(found.more)}</li>}
      </ul>
      <p class={error ? "note error" : "note"} id={`${id}-note`} role={error ? "alert" : undefined}>
        {error ?? <Note value={value} picked={picked} isKnown={candidates !== null} isUnavailable={isUnavailable} />}
      </p>
      <p class="unseen" role="status">{isOpen && candidates ? text.combobox.count(found.shown.length + found.more) : ""}</p>
    </div>
  );
}

interface OptionProps {
  readonly id: string;
  readonly candidate: Candidate;
  readonly isActive: boolean;
  readonly onPick: (candidate: Candidate) => void;
}

function Option({ id, candidate, isActive, onPick }: OptionProps) {
  return (
    <li id={id} role="option" aria-selected={isActive} onClick={() => onPick(candidate)}>
      <span class="mono">{candidate.address}</span>
      <span class="who">{candidate.name}</span>
      <span class="where">{[candidate.place, candidate.site].filter((part) => part !== "").join(" · ")}</span>
    </li>
  );
}

interface NoteProps {
  readonly value: string;
  readonly picked: Candidate | null;
  readonly isKnown: boolean;
  readonly isUnavailable: boolean;
}

function Note({ value, picked, isKnown, isUnavailable }: NoteProps) {
  if (picked) return <>{[picked.name, picked.place].filter((part) => part !== "").join(" · ")}</>;
  if (isUnavailable) return <>{text.combobox.unavailable}</>;
  // Only a whole address can be said to be foreign; half a word may still become anything.
  if (isKnown && /^(\d+\.\d+\.\d+\.\d+|[0-9a-f:]*:[0-9a-f:]*:[0-9a-f:]*)$/i.test(value.trim())) return <>{text.combobox.unlisted}</>;
  return null;
}
