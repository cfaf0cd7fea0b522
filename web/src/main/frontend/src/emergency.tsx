import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Button, Label, TextArea, TextField } from 'react-aria-components';
import { ApiError, api, type Patient } from './api';
import { useDraft } from './drafts';
import { PatientHeader } from './parts/patient';
import { PatientSearch } from './parts/patient-search';
import { go } from './route';
import { clock, when } from './words';

const shortest = 10;

interface Draft {
  patient: Patient | null;
  reason: string;
  until: string | null;
}

/** A patient's conversations in an emergency, for who takes part in none of them. */
export function EmergencyPane() {
  const [{ patient, reason, until }, change, clear] = useDraft<Draft>('emergency', () => ({ patient: null, reason: '', until: null }));
  const [fault, setFault] = useState('');
  const open = async () => {
    if (!patient) return;
    try {
      change({ until: (await api.openEmergency(patient.id, reason)).until });
      setFault('');
    } catch (error) {
      setFault(error instanceof ApiError ? error.message : 'Something went wrong.');
    }
  };
  return (
    <div className="page">
      <h1>Emergency access</h1>
      {patient ? (
        <div className="card card-row">
          <PatientHeader patient={patient} topic="" level="h2" />
          <Button className="plain" onPress={clear}>Change patient</Button>
        </div>
      ) : (
        <PatientSearch onChoose={(chosen) => change({ patient: chosen })} />
      )}
      {patient && until && Date.parse(until) > Date.now() ? (
        <Opened patient={patient} until={until} onEnded={() => change({ until: null })} />
      ) : (
        <>
          <TextField className="field" value={reason} onChange={(text) => change({ reason: text })} maxLength={1000}>
            <Label>Why you need it</Label>
            <TextArea rows={3} dir="auto" />
          </TextField>
          <p className="quiet">You see all conversations about this patient for a short time. The privacy officer is told at once, and reviews it.</p>
          {fault && <p className="fail" role="alert">{fault}</p>}
          <div className="buttons">
            <Button className="main urgent" isDisabled={!patient || reason.trim().length < shortest} onPress={() => void open()}>Open the conversations</Button>
          </div>
        </>
      )}
    </div>
  );
}

function Opened({ patient, until, onEnded }: { patient: Patient; until: string; onEnded: () => void }) {
  const found = useQuery({ queryKey: ['emergency', patient.id], queryFn: () => api.emergencyConversations(patient.id) });
  const ended = found.error instanceof ApiError && found.error.status === 403;
  useEffect(() => {
    if (ended) onEnded();
  });
  if (found.data === undefined) return <p className={found.error ? 'fail' : 'quiet'}>{found.error?.message ?? 'Looking…'}</p>;
  return (
    <section aria-label="Conversations">
      <p>Open until {clock(until)}. What you read is on record.</p>
      {found.data.length === 0 ? <p className="quiet">There is no conversation about this patient.</p> : (
        <ul className="cards">
          {found.data.map((heading) => (
            <li key={heading.id}>
              <a
                className="card link"
                href={`/c/${heading.id}`}
                onClick={(event) => {
                  event.preventDefault();
                  go(`/c/${heading.id}`);
                }}
              >
                <b><bdi>{heading.topic || 'Conversation'}</bdi></b>
                <span className="quiet num">{heading.messages} {heading.messages === 1 ? 'message' : 'messages'} · last {when(heading.changedAt, new Date())}</span>
              </a>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
