import { useRef } from "preact/hooks";
import type { Way as Branch } from "../../api/types";
import { peculiarRouter } from "../../state/answer";
import { toneOf } from "../../state/verdict";
import { text } from "../../text/trace";
import { Icon } from "../parts/Icon";

interface Props {
  readonly all: readonly Branch[];
  readonly chosen: number;
  readonly onChoose: (position: number) => void;
}

/** Tabs with automatic activation (WAI-ARIA Authoring Practices): arrows move and choose. */
export function Branches({ all, chosen, onChoose }: Props) {
  const tabs = useRef<HTMLDivElement>(null);
  const go = (position: number) => {
    const next = (position + all.length) % all.length;
    onChoose(next);
    tabs.current?.querySelectorAll<HTMLElement>("[role=tab]")[next]?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const target = { ArrowRight: chosen + 1, ArrowLeft: chosen - 1, Home: 0, End: all.length - 1 }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    go(target);
  };
  return (
    <div class="tabs" role="tablist" aria-label={text.branches.label} ref={tabs} onKeyDown={onKeyDown}>
      {all.map((branch, position) => (
        <button
          key={position} id={`branch-${position}`} type="button" role="tab" aria-controls="branch"
          aria-selected={position === chosen} tabindex={position === chosen ? 0 : -1} onClick={() => onChoose(position)}
        >
          <Icon name={toneOf(branch.verdict)} />
          <span>{text.branches.name(position + 1, peculiarRouter(branch, all))}</span>
          <span class="share">{text.percent(branch.share)}</span>
          <span class="word">{text.verdict(branch.verdict)}</span>
        </button>
      ))}
    </div>
  );
}
