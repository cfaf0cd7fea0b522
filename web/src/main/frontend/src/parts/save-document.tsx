import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { ApiError, api } from '../api';
import { useStepUp } from './step-up';

/** Saves the conversation as PDF: from then on it is where nobody asks, so it is confirmed and on record. */
export function SaveDocument({ conversationId }: { conversationId: string }) {
  const queries = useQueryClient();
  const [run, confirming] = useStepUp();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState('');
  const save = async () => {
    setBusy(true);
    setFault('');
    try {
      offer(await run(() => api.document(conversationId)));
      void queries.invalidateQueries({ queryKey: ['conversation', conversationId] }); // what was unread is read now
      void queries.invalidateQueries({ queryKey: ['inbox'] });
    } catch (error) {
      setFault(error instanceof ApiError ? error.message : 'Something went wrong.');
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      {confirming}
      <Button className="plain" isDisabled={busy} onPress={() => void save()}>Save as PDF</Button>
      {fault && <p className="fail" role="alert">{fault}</p>}
    </>
  );
}

/** Hands it to the browser under a name that tells nothing of the patient. */
function offer(pdf: Blob) {
  const address = URL.createObjectURL(pdf);
  const link = document.createElement('a');
  link.href = address;
  link.download = 'conversation.pdf';
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
