import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ArrowLeft, X } from 'lucide-react';
import { useState } from 'react';
import { Button, Input, Label, TextField } from 'react-aria-components';
import { api, type Patient, type Recipient } from './api';
import { useDraft } from './drafts';
import { PatientHeader } from './parts/patient';
import { PatientSearch } from './parts/patient-search';
import { SearchBox } from './parts/search-box';
import { WriteBox } from './parts/write';
import { go } from './route';

/** About whom and to whom: kept together with the text, so that it never turns up under another patient. */
interface Draft {
  patient: Patient | null;
  recipients: Recipient[];
  topic: string;
}

/** @param about whom it is about, when that is settled; else one may choose. */
export function NewConversation({ about = null }: { about?: Patient | null }) {
  const draft = about ? `new/${about.id}` : 'new';
  const empty = (): Draft => ({ patient: about, recipients: [], topic: '' });
  const queries = useQueryClient();
  const [{ patient, recipients, topic }, change, clear] = useDraft(draft, empty);
  const [recipientWords, setRecipientWords] = useState('');
  // results of other words are never shown
  const found = useQuery({ queryKey: ['recipients', recipientWords], queryFn: () => api.recipients(recipientWords), enabled: recipientWords.trim().length > 1 });
  const open = (found.data ?? []).filter((r) => !recipients.some((chosen) => chosen.party === r.party));

  return (
    <article className="conversation new">
      <header className="conversation-head">
        <Button className="back" aria-label={about ? 'Back to the patient' : 'Back to the inbox'} onPress={() => go(about ? `/p/${about.id}` : '/')}><ArrowLeft size={20} aria-hidden /></Button>
        {patient ? (
          <>
            <PatientHeader patient={patient} topic="" />
            {!about && <Button className="plain" onPress={() => change({ patient: null })}>Change patient</Button>}
          </>
        ) : (
          <h1>New message</h1>
        )}
      </header>
      <div className="fields">
        {!patient && <PatientSearch onChoose={(chosen) => change({ patient: chosen })} />}
        <SearchBox
          label="To"
          hint="Person, department or role on call"
          words={recipientWords}
          onWords={setRecipientWords}
          busy={found.isFetching}
          fault={found.error?.message}
          items={open.map((r) => ({
            id: r.party,
            title: r.name,
            detail: r.kind === 'role' ? (r.holder ? `on call now: ${r.holder}` : 'nobody on call') : r.detail,
            disabled: !r.available,
          }))}
          onChoose={(id) => {
            const chosen = open.find((r) => r.party === id);
            if (chosen) change({ recipients: [...recipients, chosen] });
            setRecipientWords('');
          }}
        />
        {recipients.length > 0 && (
          <ul className="tokens" aria-label="Recipients">
            {recipients.map((r) => (
              <li key={r.party} className="token">
                <span><bdi>{r.name}</bdi> <span className="quiet">{r.kind === 'role' ? `→ ${r.holder}` : r.detail}</span></span>
                <Button aria-label={`Remove ${r.name}`} onPress={() => change({ recipients: recipients.filter((c) => c.party !== r.party) })}><X size={16} aria-hidden /></Button>
              </li>
            ))}
          </ul>
        )}
        <TextField className="field" value={topic} onChange={(words) => change({ topic: words })} maxLength={200}>
          <Label>Topic (if you like)</Label>
          <Input dir="auto" />
        </TextField>
      </div>
      <div className="spacer" />
      {!patient && recipients.length > 0 && <p className="quiet pad">No patient chosen: this conversation will not be about a patient.</p>}
      <WriteBox
        draft={draft}
        label="Write a message"
        action={recipients.length === 1 ? `Send to ${recipients[0]!.name}` : recipients.length === 0 ? 'Choose a recipient' : `Send to ${recipients.length}`}
        disabled={recipients.length === 0}
        send={async (text, priority, clientKey) => {
          const sent = await api.send({ clientKey, ...(patient ? { patientId: patient.id } : {}), topic, recipients: recipients.map((r) => r.party), priority, text });
          clear();
          void queries.invalidateQueries({ queryKey: ['inbox'] });
          go(`/c/${sent.conversationId}`);
        }}
      />
    </article>
  );
}
