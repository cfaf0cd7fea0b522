/** The JSON API: one function for each call, and the errors in the server's own words. */

export interface Me {
  party: string;
  username: string;
  name: string;
  profession: string;
  department: string;
  roles: string[];
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
  sentAt: string;
  text: string;
  patient: { name: string; birthDate: string | null; recordNumber: string } | null;
  inResponseTo: string | null;
  recordedOnly: boolean;
  receipts: Receipt[];
}

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

export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly field?: string,
  ) {
    super(message);
  }
}

async function call<T>(path: string, init: RequestInit = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      ...init,
      headers: { Accept: 'application/json', 'X-Wardline': '1', ...(init.body ? { 'Content-Type': 'application/json' } : {}) },
    });
  } catch {
    throw new ApiError(0, 'No connection to Wardline.');
  }
  if (response.ok) {
    return (response.status === 204 ? undefined : await response.json()) as T;
  }
  const problem = (await response.json().catch(() => ({}))) as { detail?: string; field?: string };
  throw new ApiError(response.status, problem.detail ?? 'Something went wrong.', problem.field);
}

const post = <T>(path: string, body: unknown) => call<T>(path, { method: 'POST', body: JSON.stringify(body) });

export const api = {
  me: () => call<Me>('/api/me'),
  inbox: () => call<InboxRow[]>('/api/inbox'),
  conversation: (id: string) => call<Conversation>(`/api/conversations/${encodeURIComponent(id)}`),
  patients: (q: string) => call<Patient[]>(`/api/patients?q=${encodeURIComponent(q)}`),
  recipients: (q: string) => call<Recipient[]>(`/api/recipients?q=${encodeURIComponent(q)}`),
  send: (message: NewMessage) => post<{ messageId: string; conversationId: string }>('/api/messages', message),
  confirm: (state: 'delivered' | 'read', messages: string[]) => post<{ count: number }>('/api/receipts', { state, messages }),
};

/** Leaves for the sign-in page and comes back to this address. */
export function signIn() {
  window.location.assign(`/auth/sign-in?back=${encodeURIComponent(window.location.pathname)}`);
}
