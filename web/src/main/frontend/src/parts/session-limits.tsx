import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { Button, FieldError, Input, Label, Text, TextField } from 'react-aria-components';
import { ApiError, api, type Limit, type SessionLimits } from '../api';
import { span } from '../words';
import { Changes } from './changes';
import { useStepUp } from './step-up';

type Typed = { idle: string; absolute: string };
type Edits = { desk: Typed; phone: Typed };
const typed = (limit: Limit): Typed => ({ idle: String(limit.idleMinutes), absolute: String(limit.absoluteMinutes) });
const limit = (of: Typed): Limit => ({ idleMinutes: Number(of.idle), absoluteMinutes: Number(of.absolute) });
const isNumber = (text: string) => /^[0-9]{1,6}$/.test(text);

/** How long sessions last: without use, and in all. */
export function SessionLimitsSection() {
  const found = useQuery({ queryKey: ['session-limits'], queryFn: api.sessionLimits, refetchOnWindowFocus: false, staleTime: Infinity });
  return (
    <section aria-labelledby="session-limits">
      <h2 id="session-limits">Session limits</h2>
      <p className="quiet">Open sessions follow a shorter limit at once. Whoever belongs to several organisations has the strictest.</p>
      {found.data === undefined ? <p className={found.error ? 'fail' : 'quiet'}>{found.error?.message ?? 'Looking…'}</p> : <Editor limits={found.data} />}
    </section>
  );
}

function Editor({ limits }: { limits: SessionLimits }) {
  const queries = useQueryClient();
  const [run, confirming] = useStepUp();
  const [edits, setEdits] = useState<Edits>(); // none: what holds
  const [said, setSaid] = useState({ text: '', fault: false });
  const held: Edits = { desk: typed(limits.desk), phone: typed(limits.phone) };
  const { desk, phone } = edits ?? held;
  const changed = JSON.stringify({ desk, phone }) !== JSON.stringify(held);
  const numbers = [desk.idle, desk.absolute, phone.idle, phone.absolute].every(isNumber);
  const save = async () => {
    try {
      const { version } = await run(() => api.changeSessionLimits(limits.version, limit(desk), limit(phone)));
      await queries.invalidateQueries({ queryKey: ['session-limits'] });
      setEdits(undefined);
      setSaid({ text: `Saved as version ${version}.`, fault: false });
      await queries.invalidateQueries({ queryKey: ['me'] });
    } catch (error) {
      setSaid({ text: error instanceof ApiError ? error.message : 'Something went wrong.', fault: true });
      if (error instanceof ApiError && error.status === 409) {
        setEdits(undefined); // what somebody else made of them is shown
        await queries.invalidateQueries({ queryKey: ['session-limits'] });
      }
    }
  };
  const undo = () => {
    setEdits(undefined);
    setSaid({ text: '', fault: false });
  };
  return (
    <>
      <ul className="cards">
        <Device name="On a computer" typed={desk} onChange={(now) => setEdits({ desk: now, phone })} />
        <Device name="On a phone or tablet" typed={phone} onChange={(now) => setEdits({ desk, phone: now })} />
      </ul>
      <div className="buttons">
        <Button className="main" isDisabled={!changed || !numbers} onPress={() => void save()}>Save limits</Button>
        <Button className="plain" isDisabled={!changed} onPress={undo}>Undo</Button>
      </div>
      <p role="status" className={said.fault ? 'fail' : 'quiet'}>{said.text}</p>
      {limits.version === 0 ? <p className="quiet">These are the settings of this installation.</p> : <Changes changes={limits.history} />}
      {confirming}
    </>
  );
}

function Device(props: { name: string; typed: Typed; onChange: (typed: Typed) => void }) {
  const heading = useId();
  return (
    <li>
      <div className="card" role="group" aria-labelledby={heading}>
        <h3 id={heading}>{props.name}</h3>
        <Minutes label="Ends without use after" value={props.typed.idle} onChange={(idle) => props.onChange({ ...props.typed, idle })} />
        <Minutes label="Ends in any case after" value={props.typed.absolute} onChange={(absolute) => props.onChange({ ...props.typed, absolute })} />
      </div>
    </li>
  );
}

function Minutes(props: { label: string; value: string; onChange: (value: string) => void }) {
  return (
    <TextField className="field" value={props.value} onChange={props.onChange} isInvalid={!isNumber(props.value)} maxLength={6}>
      <Label>{props.label} (minutes)</Label>
      <Input inputMode="numeric" />
      {isNumber(props.value) && <Text slot="description" className="quiet num">{span(Number(props.value))}</Text>}
      <FieldError className="fail">needs a number of minutes</FieldError>
    </TextField>
  );
}
