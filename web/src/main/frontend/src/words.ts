/** How states, times and people are said. Pure, so that it can be tested without a page. */
import type { Priority, Receipt } from './api';

const minute = 60_000;
const hour = 60 * minute;

/** Relative up to an hour, then the clock, then the date. */
export function when(iso: string, now: Date, locale?: string): string {
  const at = new Date(iso);
  const age = now.getTime() - at.getTime();
  if (Math.abs(age) < minute) return 'now';
  if (age > 0 && age < hour) return `${Math.floor(age / minute)} min`;
  const sameDay = at.toDateString() === now.toDateString();
  return sameDay
    ? at.toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit' })
    : at.toLocaleDateString(locale, { day: 'numeric', month: 'short', ...(at.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' }) });
}

export const clock = (iso: string, locale?: string) =>
  new Date(iso).toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit' });

/** So many minutes as one says them: "15 min", "12 h", "1 h 30 min", "30 days". */
export function span(minutes: number): string {
  const parts: [number, string][] = [
    [Math.floor(minutes / 1_440), minutes >= 2_880 ? 'days' : 'day'],
    [Math.floor((minutes % 1_440) / 60), 'h'],
    [minutes % 60, 'min'],
  ];
  const said = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`);
  return said.length === 0 ? '0 min' : said.join(' ');
}

export const priorityWord: Record<Priority, string> = { routine: 'Routine', urgent: 'Urgent', asap: 'As soon as possible', stat: 'Stat' };

const rank: Record<string, number> = {
  queued: 10, sent: 20, deferred: 25, delivered: 30, escalated: 33, read: 40, acknowledged: 50, declined: 50, failed: 55, filed: 60, retracting: 62, 'retraction_failed': 66, retracted: 70, withdrawn: 35,
};

export const hasRead = (r: Receipt) => (rank[r.state] ?? 0) >= 40 && r.state !== 'failed';

/** "Acknowledged by Dr Adams 14:02 · read by 3 of 4 · waiting for Dr Bianchi". */
export function peopleLine(receipts: Receipt[]): string {
  const people = receipts.filter((r) => !r.destination && r.state !== 'withdrawn');
  if (people.length === 0) return '';
  const answered = people.filter((r) => r.state === 'acknowledged');
  if (answered.length > 0) {
    const rest = readLine(people.filter((r) => r.state !== 'acknowledged'), people.length, answered.length);
    return `Acknowledged by ${answered.map((r) => `${r.name} ${clock(r.at)}`).join(', ')}${rest ? ` · ${rest}` : ''}`;
  }
  const waiting = people.filter((r) => !hasRead(r));
  if (waiting.length === 0) return people.length === 1 ? `Read by ${people[0]!.name} ${clock(people[0]!.at)}` : `Read by all ${people.length}`;
  const names = waiting.slice(0, 2).map((r) => `${r.name} (${personWord(r)})`).join(', ');
  const more = waiting.length > 2 ? ` and ${waiting.length - 2} more` : '';
  return people.length === 1 ? `Waiting for ${names}` : `Read by ${people.length - waiting.length} of ${people.length} · waiting for ${names}${more}`;
}

/** What those did who have not acknowledged; empty when there is nobody else. */
function readLine(others: Receipt[], all: number, answered: number): string {
  if (others.length === 0) return '';
  const waiting = others.filter((r) => !hasRead(r));
  if (waiting.length === 0) return `read by all ${all}`;
  return `read by ${answered + others.length - waiting.length} of ${all} · waiting for ${waiting.slice(0, 2).map((r) => `${r.name} (${personWord(r)})`).join(', ')}${waiting.length > 2 ? ` and ${waiting.length - 2} more` : ''}`;
}

/** A person's state in a word. */
export function personWord(r: Receipt): string {
  switch (r.state) {
    case 'queued': return 'not yet on a device';
    case 'sent': return 'sent';
    case 'delivered': return 'delivered';
    case 'read': return 'read';
    case 'failed': return 'not delivered';
    case 'withdrawn': return 'taken back before reading';
    case 'escalated': return r.detail || 'passed on';
    default: return r.state;
  }
}

/** A hospital system's answer: "EHR: AA DOC-8831 14:02". */
export function destinationLine(r: Receipt, locale?: string): { text: string; tone: 'done' | 'wait' | 'fail' } {
  const detail = r.detail ? ` · ${r.detail}` : '';
  switch (r.state) {
    case 'filed': return { text: `${r.name}: filed ${clock(r.at, locale)}${detail}`, tone: 'done' };
    case 'failed': return { text: `${r.name}: refused, needs a person${detail}`, tone: 'fail' };
    case 'retracting': return { text: `${r.name}: is being told that it was taken back${detail}`, tone: 'wait' };
    case 'retraction_failed': return { text: `${r.name}: did not take it back, needs a person${detail}`, tone: 'fail' };
    case 'retracted': return { text: `${r.name}: taken back ${clock(r.at, locale)}${detail}`, tone: 'done' };
    case 'withdrawn': return { text: `${r.name}: taken back before it was filed`, tone: 'done' };
    case 'deferred': return { text: `${r.name}: no success yet, trying again${detail}`, tone: 'wait' };
    default: return { text: `${r.name}: on its way`, tone: 'wait' };
  }
}

/** Birth date as the ward writes it; partial ones stay partial. */
export function birthDate(iso: string | null, locale?: string): string {
  if (!iso) return 'birth date unknown';
  if (iso.length < 10) return `born ${iso}`;
  const [y, m, d] = iso.split('-').map(Number);
  return `born ${new Date(y!, m! - 1, d!).toLocaleDateString(locale, { day: '2-digit', month: 'short', year: 'numeric' })}`;
}
