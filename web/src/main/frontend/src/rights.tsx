import { useQuery, useQueryClient } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useState } from 'react';
import { Button, Input, Label, TextField } from 'react-aria-components';
import { ApiError, api, type Grant, type Rights } from './api';
import { Changes } from './parts/changes';
import { SessionLimitsSection } from './parts/session-limits';
import { useStepUp } from './parts/step-up';

const meanings: Record<string, string> = {
  message: 'Write messages',
  patients: 'Look into the patient index',
  duty: 'Take an on-call role',
  emergency: 'Open a patient\'s conversations in an emergency',
  audit: 'Look into the audit trail',
  review: 'Review emergency access',
  deliveries: 'Look after deliveries',
  interfaces: 'Look after interfaces, undo merges of patient records',
  accounts: 'Wipe devices, let people enrol a second factor',
  rights: 'Change rights and session limits',
};
const roles = ['physician', 'nurse', 'pharmacist', 'therapist', 'switchboard', 'auditor', 'administrator'];

/** Who has which right, by role and unit. */
export function RightsPane() {
  const found = useQuery({ queryKey: ['rights'], queryFn: api.rights, refetchOnWindowFocus: false, staleTime: Infinity });
  return (
    <div className="page">
      <h1>Rights</h1>
      {found.data === undefined ? <p className={found.error ? 'fail' : 'quiet'}>{found.error?.message ?? 'Looking…'}</p> : <Editor key={found.data.version} rights={found.data} />}
      <SessionLimitsSection />
    </div>
  );
}

function Editor({ rights }: { rights: Rights }) {
  const queries = useQueryClient();
  const [run, confirming] = useStepUp();
  const [grants, setGrants] = useState(rights.grants);
  const [said, setSaid] = useState({ text: '', fault: false });
  const changed = JSON.stringify(grants) !== JSON.stringify(rights.grants);
  const save = async () => {
    try {
      const { version } = await run(() => api.changeRights(rights.version, grants));
      setSaid({ text: `Saved as version ${version}.`, fault: false });
      await queries.invalidateQueries({ queryKey: ['rights'] });
      await queries.invalidateQueries({ queryKey: ['me'] });
    } catch (error) {
      setSaid({ text: error instanceof ApiError ? error.message : 'Something went wrong.', fault: true });
    }
  };
  return (
    <>
      <ul className="cards">
        {Object.keys(meanings).map((right) => (
          <RightCard
            key={right}
            right={right}
            grants={grants.filter((g) => g.right === right)}
            onAdd={(grant) => setGrants([...grants, grant])}
            onRemove={(grant) => setGrants(grants.filter((g) => g !== grant))}
          />
        ))}
      </ul>
      <div className="buttons">
        <Button className="main" isDisabled={!changed} onPress={() => void save()}>Save rights</Button>
        {changed && <Button className="plain" onPress={() => setGrants(rights.grants)}>Undo</Button>}
      </div>
      <p role="status" className={said.fault ? 'fail' : 'quiet'}>{said.text}</p>
      <section aria-labelledby="history">
        <h2 id="history">History</h2>
        <Changes changes={rights.history} />
      </section>
      {confirming}
    </>
  );
}

function RightCard(props: { right: string; grants: Grant[]; onAdd: (grant: Grant) => void; onRemove: (grant: Grant) => void }) {
  const [role, setRole] = useState(roles[0]!);
  const [unit, setUnit] = useState('');
  const there = props.grants.some((g) => g.role === role && g.unit === unit.trim());
  return (
    <li className="card" aria-label={meanings[props.right]}>
      <h2>{meanings[props.right]}</h2>
      <ul className="tokens">
        {props.grants.map((grant) => (
          <li key={`${grant.role}|${grant.unit}`} className="token">
            <span>{grant.role}{grant.unit && <span className="quiet"> in <bdi>{grant.unit}</bdi></span>}</span>
            <Button aria-label={`Take from ${grant.role}${grant.unit && ` in ${grant.unit}`}`} onPress={() => props.onRemove(grant)}><X size={16} aria-hidden /></Button>
          </li>
        ))}
        {props.grants.length === 0 && <li className="quiet">Nobody</li>}
      </ul>
      <div className="buttons">
        <label className="field"><span className="unseen">Role</span>
          <select value={role} onChange={(event) => setRole(event.target.value)}>{roles.map((r) => <option key={r}>{r}</option>)}</select>
        </label>
        <TextField className="field" value={unit} onChange={setUnit} maxLength={128}>
          <Label className="unseen">Department, or everywhere</Label>
          <Input placeholder="everywhere" dir="auto" />
        </TextField>
        <Button className="plain edged" isDisabled={there} onPress={() => { props.onAdd({ right: props.right, role, unit: unit.trim() }); setUnit(''); }}>Give</Button>
      </div>
    </li>
  );
}
