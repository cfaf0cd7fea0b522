import { useQuery } from '@tanstack/react-query';
import { ApiError, api, type ChartEntry } from '../api';
import { when } from '../words';

const kinds: Record<string, string> = { DiagnosticReport: 'Result', DocumentReference: 'Document', ServiceRequest: 'Order', Appointment: 'Appointment' };
const critical = new Set(['HH', 'LL', 'AA']);

/** What other systems tell of the patient: results, documents, orders, appointments. */
export function ChartList({ patientId, explain = false }: { patientId: string; explain?: boolean }) {
  const found = useQuery({ queryKey: ['chart', patientId], queryFn: () => api.chart(patientId), retry: false });
  if (explain && found.error instanceof ApiError && found.error.status === 403) {
    return <p className="quiet">Results and documents of other systems are shown to those who look after this patient.</p>;
  }
  if (found.data === undefined || found.data.length === 0) return null; // who may not look, or where nothing is, needs no empty box
  return (
    <>
      <h2>From other systems</h2>
      <ul className="chart">{found.data.map((entry) => <Entry key={entry.id} entry={entry} />)}</ul>
    </>
  );
}

function Entry({ entry }: { entry: ChartEntry }) {
  const gone = entry.status === 'entered-in-error' || entry.status === 'superseded' || entry.status === 'revoked';
  return (
    <li className={gone ? 'gone' : ''}>
      <span><span className="quiet">{kinds[entry.type] ?? entry.type}</span> <b><bdi>{entry.title}</bdi></b></span>
      <span className="quiet num">{[entry.status, entry.at && when(entry.at, new Date())].filter(Boolean).join(' · ')}</span>
      {entry.type === 'DocumentReference' && entry.text && <p className="chart-text" dir="auto">{entry.text}</p>}
      {entry.lines.map((line, i) => (
        <span key={i} className={`num ${critical.has(line.flag) ? 'fail' : ''}`}><bdi>{line.title}</bdi>: <bdi>{line.text}</bdi>{line.flag && line.flag !== 'N' && <b> {line.flag}</b>}</span>
      ))}
    </li>
  );
}
