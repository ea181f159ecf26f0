import { ask, failureOf } from "../../api/http";
import type { Job } from "../../api/types";
import { namesOf } from "../../state/history";
import { text } from "../../text/history";
import { Confirm } from "../parts/Confirm";

interface Props {
  readonly job: Job;
  readonly onClose: () => void;
  readonly onRemoved: () => void;
}

export function Removing({ job, onClose, onRemoved }: Props) {
  const words = text.history.removing;
  const remove = async () => {
    try {
      await ask("DELETE /api/v1/jobs/{job}", { path: { job: job.id } });
    } catch (error) {
      const failure = failureOf(error);
      // Removed in another window meanwhile: that is what was wanted.
      if (!(failure.kind === "problem" && failure.problem.status === 404)) return failure;
    }
    onRemoved();
    return null;
  };
  return (
    <Confirm title={words.title(job.number)} yes={words.yes} onClose={onClose} act={remove}>
      <p class="mono">{text.history.question(...namesOf(job))}</p>
      <p>{words.body}</p>
    </Confirm>
  );
}
