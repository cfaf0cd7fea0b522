import { useQueryClient } from '@tanstack/react-query';
import { CheckCheck } from 'lucide-react';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { ApiError, api, type Message, type Receipt } from '../api';
import { when } from '../words';

/** One's own answer to an alert: that one knows and sees to it. */
export function Acknowledge({ message, own }: { message: Message; own: Receipt }) {
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState('');
  if (own.state === 'acknowledged') {
    return <p className="acknowledged num"><CheckCheck size={16} aria-hidden /> You acknowledged this {when(own.at, new Date())}.</p>;
  }
  const acknowledge = async () => {
    setBusy(true);
    setFault('');
    try {
      await api.acknowledge(message.id);
      await queries.invalidateQueries({ queryKey: ['conversation'] });
      void queries.invalidateQueries({ queryKey: ['inbox'] });
    } catch (error) {
      setFault(error instanceof ApiError ? error.message : 'Something went wrong.');
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="acknowledge">
      <Button className="main" isDisabled={busy} onPress={() => void acknowledge()}>Acknowledge</Button>
      {fault && <p className="fail" role="alert">{fault}</p>}
    </div>
  );
}
