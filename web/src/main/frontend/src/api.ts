/** The JSON API: one function for each call, and the errors in the server's own words. */
import { untouchedSeconds } from './activity';

export interface Me {
  party: string;
  username: string;
  name: string;
  profession: string;
  department: string;
  roles: string[];
  /** What the page offers him; the server asks again at each act. */
  rights: string[];
  organization: string;
  idleSeconds: number;
}

export interface Patient {
  id: string;
  name: string;
  birthDate: string | null;
  recordNumber: string;
  gender: string | null;
  location: string;
}

export interface InboxRow {
  conversationId: string;
  patient: Patient | null;
  topic: string;
  lastAuthor: string;
  lastPriority: Priority;
  lastAt: string;
  unread: number;
  urgentUnread: boolean;
  firstLine: string | null;
  pending: string[];
  failed: number;
  /** Alerts that one has not acknowledged. */
  toAcknowledge: number;
}

export type Priority = 'routine' | 'urgent' | 'asap' | 'stat';

export interface Receipt {
  target: string;
  name: string;
  viaRole: string | null;
  destination: boolean;
  state: string;
  detail: string;
  at: string;
}

export interface Message {
  id: string;
  ordinal: number;
  author: string;
  authorParty: string;
  profession: string;
  department: string;
  priority: Priority;
  /** Somebody must say that he knows and sees to it. */
  alert: boolean;
  sentAt: string;
  text: string;
  /** It was changed where it is kept: nothing of it can be relied on. */
  broken: boolean;
  patient: { name: string; birthDate: string | null; recordNumber: string } | null;
  inResponseTo: string | null;
  recordedOnly: boolean;
  happenedAt: string | null;
  /** It was taken back: its text is shown to nobody. */
  retraction: { by: string; at: string; reason: string; readBy: number } | null;
  receipts: Receipt[];
}

export type RetractionReason = 'wrong-patient' | 'wrong-recipient' | 'wrong-content';

export interface Member {
  party: string;
  name: string;
  profession: string;
  department: string;
  viaRole: string | null;
}

export interface Conversation {
  id: string;
  patient: Patient | null;
  topic: string;
  startedAt: string;
  members: Member[];
  messages: Message[];
  /** He takes no part: until when he may look into it. */
  emergencyUntil: string | null;
  /** From then on it takes no messages: its patient went home. */
  closesAt: string | null;
}

/** A patient, and one's own conversations about him. */
export interface PatientPage {
  /** Who stands: of a record that was given up for another, that other. */
  patient: Patient;
  conversations: InboxRow[];
}

/** A report, document, order or appointment of another system. */
export interface ChartEntry {
  id: string;
  type: string;
  title: string;
  text: string;
  status: string;
  at: string | null;
  lines: { title: string; text: string; flag: string }[];
}

export interface Destination {
  name: string;
  display: string;
  owner: string;
  state: 'well' | 'away' | 'paused';
  reason: string;
  retryAt: string | null;
  filedLastHour: number;
  waiting: number;
  oldestAt: string | null;
  parked: number;
  overdue: number;
}

export interface DeadLetter {
  id: string;
  destination: string;
  controlId: string;
  /** Not a message, but that it was taken back. */
  kind: 'original' | 'retraction' | 'answer';
  attempts: number;
  reason: string;
  owner: string;
  parkedAt: string;
  dueAt: string;
}

export interface Interfaces {
  sources: { name: string; today: number; last: string | null; review: number }[];
  unmapped: { source: string; messageType: string; segment: string; seen: number; last: string }[];
}

/** A message that a system sent, without its content. */
export interface Inbound {
  id: string;
  source: string;
  controlId: string;
  messageType: string;
  receivedAt: string;
  state: 'processed' | 'waiting' | 'review' | 'closed' | 'kept';
  reason: string | null;
  owner: string | null;
}

/** What to look for; what is absent or empty does not restrict. */
export interface InboundWanted {
  controlId?: string;
  patientNumber?: string;
  states?: Inbound['state'][];
  since?: string;
}

/** Which messages go to a destination; what is absent restricts nothing. */
export interface Route {
  destination: string;
  categories: string[] | null;
  units: string[] | null;
  classes: string[] | null;
  priorities: string[] | null;
  patient: boolean | null;
}

export interface Routes {
  version: number;
  routes: Route[];
  history: { version: number; by: string; at: string }[];
}

/** A client that is told what happens. */
export interface Subscriber {
  id: string;
  client: string;
  about: string;
  endpoint: string;
  status: 'requested' | 'active' | 'error' | 'off';
  error: string;
  waiting: number;
  endsAt: string;
}

export interface InboundStory {
  message: Inbound;
  segments: string[];
  answers: string[];
}

/** Two records that became one, by their numbers. */
export interface Merge {
  id: string;
  survivor: string;
  prior: string;
  mergedAt: string;
  undoneAt: string | null;
}

/** That there is a conversation about a patient. */
export interface Heading {
  id: string;
  topic: string;
  startedAt: string;
  changedAt: string;
  messages: number;
}

export interface Grant {
  right: string;
  role: string;
  /** Only in that department; empty: everywhere. */
  unit: string;
}

export interface Rights {
  version: number;
  grants: Grant[];
  history: { version: number; by: string; at: string }[];
}

/** In minutes: a session ends after so long without use, and in any case so long after it began. */
export interface Limit {
  idleMinutes: number;
  absoluteMinutes: number;
}

export interface SessionLimits {
  /** 0: nobody changed the settings. */
  version: number;
  desk: Limit;
  phone: Limit;
  history: { version: number; by: string; at: string }[];
}

export interface Review {
  id: string;
  person: string;
  detail: string;
  patient: Patient | null;
  reason: string;
  openedAt: string;
  until: string;
  conversations: number;
  verdict: 'justified' | 'unjustified' | null;
  note: string;
}

export interface Recipient {
  party: string;
  kind: 'person' | 'role';
  name: string;
  detail: string;
  holder: string | null;
  available: boolean;
}

export interface NewMessage {
  clientKey: string;
  conversationId?: string;
  patientId?: string;
  topic?: string;
  recipients?: string[];
  priority: Priority;
  text: string;
}

export interface Session {
  id: string;
  current: boolean;
  device: string;
  phone: boolean;
  address: string;
  startedAt: string;
  lastSeenAt: string;
  endsAt: string;
}

export interface Account {
  id: string;
  username: string;
  name: string;
  profession: string;
  department: string;
  sessions: Session[];
  enrolsUntil: string | null;
}

export type Factor = 'code' | 'passkey';

export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly field?: string,
    /** The act is risky: it is done once the second factor was confirmed (RFC 9470). */
    readonly stepUp = false,
  ) {
    super(message);
  }
}

async function call<T>(path: string, init: RequestInit = {}): Promise<T> {
  const response = await answer(path, init);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

async function answer(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, {
      ...init,
      headers: { Accept: 'application/json', 'X-Wardline': '1', 'X-Wardline-Idle': String(untouchedSeconds()), ...(init.body ? { 'Content-Type': 'application/json' } : {}), ...(init.headers as Record<string, string> | undefined) },
    });
  } catch {
    throw new ApiError(0, 'No connection to Wardline.');
  }
  if (response.ok) return response;
  const problem = (await response.json().catch(() => ({}))) as { detail?: string; field?: string };
  const stepUp = response.headers.get('WWW-Authenticate')?.includes('insufficient_user_authentication') ?? false;
  throw new ApiError(response.status, problem.detail ?? 'Something went wrong.', problem.field, stepUp);
}

const post = <T>(path: string, body: unknown) => call<T>(path, { method: 'POST', body: JSON.stringify(body) });

export const api = {
  me: () => call<Me>('/api/me'),
  inbox: () => call<InboxRow[]>('/api/inbox'),
  conversation: (id: string) => call<Conversation>(`/api/conversations/${encodeURIComponent(id)}`),
  document: async (id: string) => (await answer(`/api/conversations/${encodeURIComponent(id)}/document`, { method: 'POST', headers: { Accept: 'application/pdf' } })).blob(),
  // by POST: a name does not belong into an address, which others log
  patients: (q: string) => post<Patient[]>('/api/patients/search', { q }),
  patient: (id: string) => call<PatientPage>(`/api/patients/${encodeURIComponent(id)}`),
  /** Whom a record system opened Wardline for. */
  launched: (key: string) => post<{ patientId: string }>('/api/launch', { key }),
  recipients: (q: string) => call<Recipient[]>(`/api/recipients?q=${encodeURIComponent(q)}`),
  send: (message: NewMessage) => post<{ messageId: string; conversationId: string }>('/api/messages', message),
  retract: (id: string, reason: RetractionReason) => post<Message['retraction']>(`/api/messages/${encodeURIComponent(id)}/retraction`, { reason }),
  sessions: () => call<Session[]>('/api/sessions'),
  endSession: (id: string) => call<void>(`/api/sessions/${encodeURIComponent(id)}`, { method: 'DELETE' }),
  accounts: (q: string) => call<Account[]>(`/api/accounts?q=${encodeURIComponent(q)}`),
  wipe: (id: string) => post<void>(`/api/accounts/${encodeURIComponent(id)}/wipe`, {}),
  allowEnrolment: (id: string, factor: Factor, lost: boolean) => post<{ until: string }>(`/api/accounts/${encodeURIComponent(id)}/enrolment`, { factor, lost }),
  openEmergency: (patientId: string, reason: string) => post<{ until: string }>('/api/emergencies', { patientId, reason }),
  emergencyConversations: (patientId: string) => call<Heading[]>(`/api/emergencies/${encodeURIComponent(patientId)}/conversations`),
  reviews: () => call<Review[]>('/api/emergency-reviews'),
  reviewsWaiting: () => call<{ count: number }>('/api/emergency-reviews/waiting'),
  review: (id: string, verdict: 'justified' | 'unjustified', note: string) => post<void>(`/api/emergency-reviews/${encodeURIComponent(id)}`, { verdict, note }),
  sessionLimits: () => call<SessionLimits>('/api/session-limits'),
  changeSessionLimits: (version: number, desk: Limit, phone: Limit) => call<{ version: number }>('/api/session-limits', { method: 'PUT', body: JSON.stringify({ version, desk, phone }) }),
  rights: () => call<Rights>('/api/rights'),
  changeRights: (version: number, grants: Grant[]) => call<{ version: number }>('/api/rights', { method: 'PUT', body: JSON.stringify({ version, grants }) }),
  chart: (patientId: string) => call<ChartEntry[]>(`/api/patients/${encodeURIComponent(patientId)}/chart`),
  destinations: () => call<Destination[]>('/api/destinations'),
  pause: (name: string) => post<void>(`/api/destinations/${encodeURIComponent(name)}/pause`, {}),
  resume: (name: string) => post<void>(`/api/destinations/${encodeURIComponent(name)}/resume`, {}),
  testDestination: (name: string) => post<{ reached: boolean; problem: string }>(`/api/destinations/${encodeURIComponent(name)}/test`, {}),
  routes: () => call<Routes>('/api/routes'),
  changeRoutes: (version: number, routes: Route[]) => call<{ version: number }>('/api/routes', { method: 'PUT', body: JSON.stringify({ version, routes }) }),
  subscriptions: () => call<Subscriber[]>('/api/subscriptions'),
  resumeSubscription: (id: string) => post<void>(`/api/subscriptions/${encodeURIComponent(id)}/resume`, {}),
  endSubscription: (id: string) => post<void>(`/api/subscriptions/${encodeURIComponent(id)}/end`, {}),
  deadLetters: () => call<DeadLetter[]>('/api/dead-letters'),
  replayDeadLetter: (id: string) => post<void>(`/api/dead-letters/${encodeURIComponent(id)}/replay`, {}),
  interfaces: () => call<Interfaces>('/api/interfaces'),
  inbound: (wanted: InboundWanted) => post<Inbound[]>('/api/interfaces/messages/search', wanted),
  inboundStory: (id: string) => call<InboundStory>(`/api/interfaces/messages/${encodeURIComponent(id)}`),
  openInbound: (id: string, reason: string) => post<{ text: string }>(`/api/interfaces/messages/${encodeURIComponent(id)}/open`, { reason }),
  replayInbound: (id: string) => post<void>(`/api/interfaces/messages/${encodeURIComponent(id)}/replay`, {}),
  closeInbound: (id: string) => post<void>(`/api/interfaces/messages/${encodeURIComponent(id)}/close`, {}),
  merges: () => call<Merge[]>('/api/merges'),
  undoMerge: (id: string) => post<void>(`/api/merges/${encodeURIComponent(id)}/undo`, {}),
  acknowledge: (id: string) => post<{ at: string }>(`/api/messages/${encodeURIComponent(id)}/acknowledgment`, {}),
  confirm: (state: 'delivered' | 'read', messages: string[]) => post<{ count: number }>('/api/receipts', { state, messages }),
};
