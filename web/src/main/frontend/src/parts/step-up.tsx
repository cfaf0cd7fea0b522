import { ShieldCheck } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { ApiError } from '../api';
import { signInBeside } from '../sign-in';

/**
 * Does a risky act: when the server asks for a fresh second factor, leads through it in a window beside, and goes on with the
 * same act. Gives the function that does so, and what is to stand on the page meanwhile.
 */
export function useStepUp(): [<T>(act: () => Promise<T>) => Promise<T>, ReactNode] {
  const [asked, setAsked] = useState<{ confirm: () => void; leave: () => void } | null>(null);
  const confirmed = () =>
    new Promise<boolean>((answer) => {
      setAsked({ confirm: () => void signInBeside('level=fresh').then(() => answer(true)), leave: () => answer(false) });
    }).finally(() => setAsked(null));
  const run = async <T,>(act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof ApiError) || !error.stepUp) throw error;
      if (!(await confirmed())) throw new ApiError(0, 'Not done: the second factor was not confirmed.');
      return act();
    }
  };
  const dialog = asked && (
    <ModalOverlay className="veil" isOpen isDismissable onOpenChange={(open) => !open && asked.leave()}>
      <Modal className="sheet">
        <Dialog className="stack">
          <Heading slot="title"><ShieldCheck size={20} aria-hidden /> Confirm that it is you</Heading>
          <p>This needs your second factor again. A window opens for it; then it is done here.</p>
          <div className="buttons">
            <Button className="plain" onPress={asked.leave}>Cancel</Button>
            <Button className="main" autoFocus onPress={asked.confirm}>Confirm</Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
  return [run, dialog];
}
