import { useQuery, useQueryClient } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useState } from 'react';
import { Button, Input, Label, TextField } from 'react-aria-components';
import { ApiError, api, type Route, type Routes } from '../api';
import { clock } from '../words';
import { useStepUp } from './step-up';

const priorities = ['routine', 'urgent', 'asap', 'stat'];
const categories = ['notification', 'alert', 'reminder', 'instruction'];
const about = { '': 'all', true: 'about a patient', false: 'about no patient' } as const;

/** Which messages go where, and changing it. */
export function RoutesSection() {
  const found = useQuery({ queryKey: ['routes'], queryFn: api.routes, refetchOnWindowFocus: false, staleTime: Infinity });
  return (
    <section aria-labelledby="routes">
      <h2 id="routes">Routes</h2>
      {found.data === undefined ? <p className={found.error ? 'fail' : 'quiet'}>{found.error?.message ?? 'Looking…'}</p> : <Editor key={found.data.version} routes={found.data} />}
    </section>
  );
}

function Editor({ routes: kept }: { routes: Routes }) {
  const queries = useQueryClient();
  const [run, confirming] = useStepUp();
  const [routes, setRoutes] = useState(kept.routes);
  const [said, setSaid] = useState({ text: '', fault: false });
  const destinations = useQuery({ queryKey: ['destinations'], queryFn: api.destinations });
  const changed = JSON.stringify(routes) !== JSON.stringify(kept.routes);
  const save = async () => {
    try {
      const { version } = await run(() => api.changeRoutes(kept.version, routes));
      setSaid({ text: `Saved as version ${version}.`, fault: false });
      await queries.invalidateQueries({ queryKey: ['routes'] });
    } catch (error) {
      if (error instanceof ApiError && error.status === 409) await queries.invalidateQueries({ queryKey: ['routes'] });
      setSaid({ text: error instanceof ApiError ? error.message : 'Something went wrong.', fault: true });
    }
  };
  return (
    <>
      {routes.length === 0 ? <p className="quiet">No message goes anywhere.</p> : (
        <ul className="cards">
          {routes.map((route, i) => (
            <li key={`${i} ${JSON.stringify(route)}`} className="card-row">
              <div className="grow"><b>{route.destination}</b><p className="quiet">{described(route)}</p>{destinations.data && !destinations.data.some((d) => d.name === route.destination) && <p className="answer fail">There is no such destination any more: nothing goes there.</p>}</div>
              <Button className="plain" aria-label={`Remove the route to ${route.destination}: ${described(route)}`} onPress={() => setRoutes(routes.filter((_, at) => at !== i))}><X size={16} aria-hidden /></Button>
            </li>
          ))}
        </ul>
      )}
      <NewRoute destinations={destinations.data?.map((d) => d.name) ?? []} onAdd={(route) => setRoutes([...routes, route])} />
      <div className="buttons">
        <Button className="main" isDisabled={!changed} onPress={() => void save()}>Save routes</Button>
        {changed && <Button className="plain" onPress={() => setRoutes(kept.routes)}>Undo</Button>}
      </div>
      <p role="status" className={said.fault ? 'fail' : 'quiet'}>{said.text}</p>
      {kept.history.length > 0 && (
        <details>
          <summary>History of the routes</summary>
          <ul className="quiet num">
            {kept.history.map((change) => <li key={change.version}>version {change.version} by <bdi>{change.by || 'somebody who has left'}</bdi>, {new Date(change.at).toLocaleDateString()} {clock(change.at)}</li>)}
          </ul>
        </details>
      )}
      {confirming}
    </>
  );
}

/** "alerts that are stat, of 3 West, about a patient". */
function described(route: Route): string {
  const parts = [
    route.categories && `kind ${route.categories.join(' or ')}`,
    route.priorities && `priority ${route.priorities.join(' or ')}`,
    route.units && `unit ${route.units.join(' or ')}`,
    route.classes && `patient class ${route.classes.join(' or ')}`,
    route.patient !== null && about[`${route.patient}`],
  ].filter(Boolean);
  return parts.length === 0 ? 'all messages' : parts.join(' · ');
}

function NewRoute({ destinations, onAdd }: { destinations: string[]; onAdd: (route: Route) => void }) {
  const [destination, setDestination] = useState('');
  const [category, setCategory] = useState('');
  const [priority, setPriority] = useState('');
  const [patient, setPatient] = useState<keyof typeof about>('');
  const [units, setUnits] = useState('');
  const [classes, setClasses] = useState('');
  const to = destination || destinations[0] || '';
  const list = (text: string) => {
    const parts = text.split(',').map((part) => part.trim()).filter(Boolean);
    return parts.length === 0 ? null : parts;
  };
  const choose = (label: string, value: string, change: (value: string) => void, choices: readonly (readonly [string, string])[]) => (
    <label className="field">{label}
      <select aria-label={label} value={value} onChange={(event) => change(event.target.value)}>{choices.map(([code, words]) => <option key={code} value={code}>{words}</option>)}</select>
    </label>
  );
  const any = (codes: string[]) => [['', 'any'] as const, ...codes.map((code) => [code, code] as const)];
  return (
    <details>
      <summary>Add a route</summary>
      <div className="search-row">
        {choose('Goes to', to, setDestination, destinations.map((name) => [name, name] as const))}
        {choose('Kind', category, setCategory, any(categories))}
        {choose('Priority', priority, setPriority, any(priorities))}
        {choose('Messages', patient, (value) => setPatient(value as keyof typeof about), Object.entries(about))}
        <TextField className="field" value={units} onChange={setUnits} maxLength={200}><Label>Units (ward or department)</Label><Input placeholder="any" dir="auto" /></TextField>
        <TextField className="field" value={classes} onChange={setClasses} maxLength={40}><Label>Patient classes</Label><Input placeholder="any" /></TextField>
      </div>
      <Button
        className="plain edged"
        isDisabled={!to}
        onPress={() => onAdd({ destination: to, categories: category ? [category] : null, priorities: priority ? [priority] : null, patient: patient === '' ? null : patient === 'true', units: list(units), classes: list(classes) })}
      >Add</Button>
    </details>
  );
}
