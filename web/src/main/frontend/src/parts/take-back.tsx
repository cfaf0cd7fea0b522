import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Button, Dialog, Heading, Label, Modal, ModalOverlay, Radio, RadioGroup } from 'react-aria-components';
import { ApiError, api, type Message, type RetractionReason } from '../api';

const reasons: { code: RetractionReason; words: string }[] = [
  { code: 'wrong-patient', words: 'It is about another patient' },
  { code: 'wrong-recipient', words: 'It went to the wrong person' },
  { code: 'wrong-content', words: 'Its content is wrong' },
];

/** Takes a message of one's own back: asks why, and says what that does and does not do. */
export function TakeBack({ message }: { message: Message }) {
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState<RetractionReason | null>(null);
  const [fault, setFault] = useState('');
  const change = (next: boolean) => {
    setOpen(next);
    setReason(null);
    setFault('');
  };
  const takeBack = async () => {
    if (!reason) return;
    try {
      await api.retract(message.id, reason);
      change(false);
      await queries.invalidateQueries({ queryKey: ['conversation'] });
      void queries.invalidateQueries({ queryKey: ['inbox'] });
    } catch (error) {
      setFault(error instanceof ApiError ? error.message : 'Something went wrong.');
    }
  };
  return (
    <>
      <Button className="inline" onPress={() => change(true)}>Take back</Button>
      <ModalOverlay className="veil" isOpen={open} isDismissable onOpenChange={change}>
        <Modal className="sheet">
          <Dialog className="stack">
            <Heading slot="title">Take this message back?</Heading>
            <p>Nobody is shown its text any more, and the hospital’s systems are told. Who has read it already stays on record. This cannot be undone.</p>
            <RadioGroup className="stack" value={reason ?? ''} onChange={(code) => setReason(code as RetractionReason)}>
              <Label>Why</Label>
              {reasons.map(({ code, words }) => <Radio key={code} value={code} className="choice">{words}</Radio>)}
            </RadioGroup>
            {fault && <p className="fail" role="alert">{fault}</p>}
            <div className="buttons">
              <Button className="plain" onPress={() => change(false)}>Keep it</Button>
              <Button className="main" isDisabled={!reason} onPress={() => void takeBack()}>Take it back</Button>
            </div>
          </Dialog>
        </Modal>
      </ModalOverlay>
    </>
  );
}
