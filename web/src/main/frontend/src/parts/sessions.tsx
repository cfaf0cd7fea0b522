import { Monitor, Smartphone } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Session } from '../api';
import { clock } from '../words';

/** Where somebody is signed in. */
export function SessionList({ sessions, action }: { sessions: Session[]; action?: (session: Session) => ReactNode }) {
  return (
    <ul className="cards">
      {sessions.map((session) => (
        <li key={session.id} className="card-row">
          {session.phone ? <Smartphone size={20} aria-hidden /> : <Monitor size={20} aria-hidden />}
          <div className="grow">
            <b>{session.device}</b>{session.current && <span className="tag">this one</span>}
            <p className="quiet num">{session.address} · since {clock(session.startedAt)} · last used {clock(session.lastSeenAt)}</p>
          </div>
          {action?.(session)}
        </li>
      ))}
    </ul>
  );
}
