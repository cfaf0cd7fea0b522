import { useQuery } from '@tanstack/react-query';
import { AlertTriangle, BellRing } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { api, type InboxRow } from './api';
import { PatientLine } from './parts/patient';
import { PriorityMark } from './parts/priority';
import { go } from './route';
import { when } from './words';

/** Confirms messages that came to this page, each once. */
export function useConfirmDelivered() {
  const inbox = useQuery({ queryKey: ['inbox'], queryFn: api.inbox });
  const confirmed = useRef(new Set<string>());
  useEffect(() => {
    const pending = (inbox.data ?? []).flatMap((row) => row.pending).filter((id) => !confirmed.current.has(id));
    if (pending.length === 0) return;
    pending.forEach((id) => confirmed.current.add(id));
    api.confirm('delivered', pending.slice(0, 500)).catch(() => pending.forEach((id) => confirmed.current.delete(id)));
  }, [inbox.data]);
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

function Row({ row, selected }: { row: InboxRow; selected: boolean }) {
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
        <PatientLine patient={row.patient} topic={row.topic} />
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
