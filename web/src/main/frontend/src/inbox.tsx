import { useQuery } from '@tanstack/react-query';
import { AlertTriangle, BellRing } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { api, type InboxRow } from './api';
import { PatientLine } from './parts/patient';
import { PriorityMark } from './parts/priority';
import { go } from './route';
import { when } from './words';

const mostAtOnce = 500;
const confirmAgainAfter = 5_000;

/** Confirms messages that came to this page, each once; what could not be confirmed is confirmed again, also when nothing else happens. */
export function useConfirmDelivered() {
  const inbox = useQuery({ queryKey: ['inbox'], queryFn: api.inbox });
  const confirmed = useRef(new Set<string>());
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const waiting = (inbox.data ?? []).flatMap((row) => row.pending).filter((id) => !confirmed.current.has(id));
    const now = waiting.slice(0, mostAtOnce);
    if (now.length === 0) return;
    const goOn = () => setAttempt((n) => n + 1);
    now.forEach((id) => confirmed.current.add(id));
    api.confirm('delivered', now).then(
      () => { if (waiting.length > now.length) goOn(); },
      () => {
        now.forEach((id) => confirmed.current.delete(id));
        window.setTimeout(goOn, confirmAgainAfter);
      },
    );
  }, [inbox.data, attempt]);
}

export function InboxPane({ selected }: { selected: string | null }) {
  const inbox = useQuery({ queryKey: ['inbox'], queryFn: api.inbox });
  if (inbox.isPending) return <p className="quiet pad">Loading…</p>;
  if (inbox.data === undefined) return <p className="pad" role="alert">{inbox.error?.message}</p>;
  if (inbox.data.length === 0) return <p className="quiet pad">No conversations yet.</p>;
  return (
    <ul className="rows">
      {inbox.data.map((row) => (
        <li key={row.conversationId}>
          <Row row={row} selected={row.conversationId === selected} />
        </li>
      ))}
    </ul>
  );
}

/** @param about it stands under its patient, who need not be named again. */
export function Row({ row, selected, about = false }: { row: InboxRow; selected: boolean; about?: boolean }) {
  const unread = row.unread > 0;
  return (
    <a
      className={`row${unread ? ' unread' : ''}${row.urgentUnread ? ' urgent' : ''}`}
      href={`/c/${row.conversationId}`}
      aria-current={selected ? 'true' : undefined}
      onClick={(event) => {
        event.preventDefault();
        go(`/c/${row.conversationId}`);
      }}
    >
      <span className="row-top">
        {about ? <PatientLine patient={null} topic={row.topic || 'Conversation'} /> : <PatientLine patient={row.patient} topic={row.topic} />}
        <time className="quiet num" dateTime={row.lastAt}>{when(row.lastAt, new Date())}</time>
      </span>
      <span className="row-bottom">
        <PriorityMark priority={row.lastPriority} />
        <span className="row-author">{row.lastAuthor}</span>
        <span className="quiet row-line">{row.firstLine ?? (unread ? (row.unread === 1 ? 'New message' : `${row.unread} new messages`) : '')}</span>
      </span>
      {row.toAcknowledge > 0 && <span className="row-open attention"><BellRing size={14} aria-hidden /> {row.toAcknowledge === 1 ? 'Needs your acknowledgment' : `${row.toAcknowledge} need your acknowledgment`}</span>}
      {row.failed > 0 && <span className="row-open fail"><AlertTriangle size={14} aria-hidden /> Not filed in a hospital system</span>}
    </a>
  );
}
