import { useQuery } from '@tanstack/react-query';
import { ArrowLeft, PenLine } from 'lucide-react';
import { useEffect } from 'react';
import { Button } from 'react-aria-components';
import { api } from './api';
import { Row } from './inbox';
import { NewConversation } from './new-conversation';
import { ChartList } from './parts/chart';
import { PatientHeader } from './parts/patient';
import { go, goInstead } from './route';

function usePatient(id: string) {
  return useQuery({ queryKey: ['patient', id], queryFn: () => api.patient(id), retry: false, refetchOnWindowFocus: false }); // each look at a patient is on record
}

/** A patient: one's own conversations about him, and what other systems tell of him. */
export function PatientPane({ id }: { id: string }) {
  const found = usePatient(id);
  const inbox = useQuery({ queryKey: ['inbox'], queryFn: api.inbox });
  if (found.isPending) return <p className="quiet centre">Opening…</p>;
  if (found.data === undefined) return <Refused words={found.error?.message} />;
  const { patient } = found.data;
  // the inbox is kept fresh; what is older than it shows was found when the page was opened
  const fresh = (inbox.data ?? []).filter((row) => row.patient?.id === patient.id);
  const conversations = [...fresh, ...found.data.conversations.filter((row) => !fresh.some((other) => other.conversationId === row.conversationId))];
  return (
    <article>
      <header className="conversation-head patient-head">
        <Button className="back" aria-label="Back to the inbox" onPress={() => go('/')}><ArrowLeft size={20} aria-hidden /></Button>
        <PatientHeader patient={patient} topic="" />
      </header>
      <div className="page">
        <div className="buttons"><Button className="main" onPress={() => go(`/p/${patient.id}/new`)}><PenLine size={16} aria-hidden /> New message about this patient</Button></div>
        <section>
          <h2>Your conversations</h2>
          {conversations.length === 0 ? <p className="quiet">You take part in no conversation about this patient.</p> : (
            <ul className="rows card-rows">
              {conversations.map((row) => <li key={row.conversationId}><Row row={row} selected={false} about /></li>)}
            </ul>
          )}
        </section>
        <section><ChartList patientId={patient.id} explain /></section>
      </div>
    </article>
  );
}

/** A new conversation about one patient: he is chosen, and what is begun about him stays with him. */
export function NewAbout({ id }: { id: string }) {
  const found = usePatient(id);
  if (found.isPending) return <p className="quiet centre">Opening…</p>;
  if (found.data === undefined) return <Refused words={found.error?.message} />;
  return <NewConversation key={found.data.patient.id} about={found.data.patient} />;
}

/** A record system opened Wardline: on to the patient who is open there, or why not. */
export function LaunchPane({ launch }: { launch: string }) {
  const launched = useQuery({ queryKey: ['launch', launch], queryFn: () => api.launched(launch), retry: false, staleTime: Infinity, refetchOnWindowFocus: false, refetchOnReconnect: false });
  const patient = launched.data?.patientId;
  useEffect(() => {
    if (patient !== undefined) goInstead(`/p/${patient}`);
  }, [patient]);
  if (launched.error) return <Refused words={launched.error.message} />;
  return <p className="quiet centre">Opening the patient…</p>;
}

function Refused({ words }: { words: string | undefined }) {
  return (
    <div className="centre stack">
      <h1 className="unseen">Patient</h1>
      <p role="alert">{words}</p>
      <Button className="main" onPress={() => go('/')}>Go to the inbox</Button>
    </div>
  );
}
