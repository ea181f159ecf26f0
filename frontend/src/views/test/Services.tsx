import { useMemo, useState } from "preact/hooks";
import type { Choices, FieldError, NamedService } from "../../api/types";
import { without } from "../../state/draft";
import { hasAll, nameOf, toggled } from "../../state/service";
import { found } from "../../state/choices";
import { text } from "../../text/test";
import { Field } from "../parts/Field";
import { Icon } from "../parts/Icon";
import { Complaints } from "./Complaints";

interface Props {
  readonly list: string;
  readonly read: readonly NamedService[];
  readonly errors: readonly FieldError[];
  readonly isMissing: boolean;
  readonly most: number | null;
  readonly choices: Choices | null;
  readonly onChange: (list: string) => void;
}

/** One list, written by hand and by choosing: what is chosen is what stands in it. */
export function Services({ list, read, errors, isMissing, most, choices, onChange }: Props) {
  const names = read.map(nameOf);
  return (
    <section class="card services-part" aria-labelledby="services-title">
      <header>
        <h2 id="services-title">{text.newTest.services}</h2>
        <span class="faint small" role="status">{text.newTest.count(read.length, most)}</span>
      </header>
      <Field
        id="services" label={text.newTest.ports} value={list} isMono isRequired hint={text.newTest.portsHint}
        error={isMissing ? text.newTest.missing : errors.length > 0 ? <Complaints errors={errors} /> : null} onType={onChange}
      />
      {read.length > 0 ? (
        <ul class="chosen-services" aria-label={text.newTest.chosen}>
          {read.map((service) => {
            const name = nameOf(service);
            return (
              <li key={name}>
                <span class="mono">{name}</span>
                {service.name && <span class="faint">{service.name}</span>}
                <button type="button" class="icon-button" aria-label={text.newTest.remove(name)} onClick={() => onChange(without(list, name, names))}>
                  <Icon name="close" />
                </button>
              </li>
            );
          })}
          {read.length > 1 && <li class="all"><button type="button" class="quiet" onClick={() => onChange("")}>{text.newTest.clear}</button></li>}
        </ul>
      ) : <p class="faint small">{text.newTest.none}</p>}
      {choices && <Quick choices={choices} list={list} onChange={onChange} />}
    </section>
  );
}

interface QuickProps {
  readonly choices: Choices;
  readonly list: string;
  readonly onChange: (list: string) => void;
}

function Quick({ choices, list, onChange }: QuickProps) {
  const [typed, setTyped] = useState("");
  const groups = useMemo(() => found(choices, typed), [choices, typed]);
  return (
    <fieldset class="quick">
      <legend>{text.newTest.quick}</legend>
      <Field id="search" label={text.newTest.search} value={typed} type="search" placeholder={text.newTest.searchHint} onType={setTyped} />
      {groups.length === 0 && <p class="faint" role="status">{text.newTest.nothingFound}</p>}
      <div class="groups">
        {groups.map(({ title, ports, services }) => (
          <div key={title} role="group" aria-label={title}>
            <h3>{title}</h3>
            {ports && services.length > 1 && (
              <Toggle label={text.newTest.group(title)} isChosen={hasAll(list, ports)} onPress={() => onChange(toggled(list, ports))} />
            )}
            {services.map((service) => (
              <Toggle
                key={service.name} label={service.title} ports={service.ports} about={service.description}
                isChosen={hasAll(list, service.ports)} onPress={() => onChange(toggled(list, service.ports))}
              />
            ))}
          </div>
        ))}
      </div>
    </fieldset>
  );
}

interface ToggleProps {
  readonly label: string;
  readonly ports?: string;
  readonly about?: string;
  readonly isChosen: boolean;
  readonly onPress: () => void;
}

function Toggle({ label, ports, about, isChosen, onPress }: ToggleProps) {
  return (
    <button type="button" class={ports ? "toggle" : "toggle whole"} aria-pressed={isChosen} title={about} onClick={onPress}>
      {isChosen && <Icon name="done" />}
      <span>{label}</span>
      {ports && <span class="ports">{ports.replaceAll(",", " ")}</span>}
    </button>
  );
}
