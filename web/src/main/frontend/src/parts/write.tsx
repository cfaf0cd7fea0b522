import { Send } from 'lucide-react';
import { useState } from 'react';
import { Button, Label, Radio, RadioGroup, TextArea, TextField } from 'react-aria-components';
import { ApiError, type Priority } from '../api';
import { useDraft } from '../drafts';
import { priorityWord } from '../words';

const most = 10_000;
const choices: Priority[] = ['routine', 'urgent', 'stat'];

interface Draft {
  text: string;
  priority: Priority;
  /** The same for each try of one message, so that it is kept once; another for other words. */
  clientKey: string;
}

const empty = (): Draft => ({ text: '', priority: 'routine', clientKey: crypto.randomUUID() });

/** Where one writes: text, priority, and a button that says what it does. The text stays until the server has it. */
export function WriteBox(props: {
  /** Which message this is; what was begun under this name is found again. */
  draft: string;
  label: string;
  action: string;
  disabled?: boolean;
  send: (text: string, priority: Priority, clientKey: string) => Promise<void>;
}) {
  const [{ text, priority, clientKey }, change, clear] = useDraft(`write ${props.draft}`, empty);
  const [state, setState] = useState<'idle' | 'sending' | 'failed'>('idle');
  const [fault, setFault] = useState('');
  const length = [...text].length;
  const ready = text.trim() !== '' && length <= most && !props.disabled && state !== 'sending';

  const submit = async () => {
    if (!ready) return;
    setState('sending');
    try {
      await props.send(text, priority, clientKey);
      clear();
      setState('idle');
    } catch (error) {
      setFault(error instanceof ApiError ? error.message : 'Something went wrong.');
      setState('failed');
    }
  };

  return (
    <form
      className="write"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {state === 'failed' && <p className="fail" role="alert">Not sent – {fault} Your text is still here.</p>}
      <TextField className="write-text" value={text} onChange={(words) => change({ text: words, clientKey: crypto.randomUUID() })} isInvalid={length > most}>
        <Label className="unseen">{props.label}</Label>
        <TextArea
          placeholder={props.label}
          dir="auto"
          rows={Math.min(8, Math.max(2, text.split('\n').length))}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void submit();
          }}
        />
      </TextField>
      {length > most - 500 && <p className={`num ${length > most ? 'fail' : 'quiet'}`}>{length.toLocaleString()} of {most.toLocaleString()} characters</p>}
      <div className="write-foot">
        <RadioGroup className="choices" orientation="horizontal" aria-label="Priority" value={priority} onChange={(v) => change({ priority: v as Priority, clientKey: crypto.randomUUID() })}>
          {choices.map((choice) => <Radio key={choice} value={choice} className={`choice ${choice}`}>{priorityWord[choice]}</Radio>)}
        </RadioGroup>
        <Button type="submit" className={`main ${priority}`} isDisabled={!ready}>
          <Send size={18} aria-hidden />
          {state === 'sending' ? 'Sending…' : state === 'failed' ? 'Try again' : `${props.action}${priority === 'routine' ? '' : ` · ${priorityWord[priority].toLowerCase()}`}`}
        </Button>
      </div>
    </form>
  );
}
