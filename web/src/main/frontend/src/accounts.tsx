import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Button, Checkbox, Input, Label, Radio, RadioGroup, SearchField } from 'react-aria-components';
import { ApiError, api, type Account, type Factor } from './api';
import { SessionList } from './parts/sessions';
import { useStepUp } from './parts/step-up';
import { clock } from './words';

/** Accounts of others, for administrators: end a lost phone's sessions, let somebody enrol a second factor. */
export function AccountsPane() {
  const [words, setWords] = useState('');
  const found = useQuery({ queryKey: ['accounts', words], queryFn: () => api.accounts(words), placeholderData: keepPreviousData });
  return (
    <div className="page">
      <h1>Accounts</h1>
      <SearchField className="field" value={words} onChange={setWords}>
        <Label>Name, user name or department</Label>
        <Input />
      </SearchField>
      {found.data === undefined ? (
        <p className={found.error ? 'fail' : 'quiet'}>{found.error?.message ?? 'Looking…'}</p>
      ) : found.data.length === 0 ? (
        <p className="quiet">Nobody of that name has an account.</p>
      ) : (
        <ul className="cards">{found.data.map((account) => <AccountCard key={account.id} account={account} />)}</ul>
      )}
    </div>
  );
}

function AccountCard({ account }: { account: Account }) {
  const queries = useQueryClient();
  const [run, confirming] = useStepUp();
  const [open, setOpen] = useState<'' | 'wipe' | 'enrol'>('');
  const [said, setSaid] = useState<{ text: string; fault: boolean }>({ text: '', fault: false });
  const act = async (what: () => Promise<string>) => {
    try {
      setSaid({ text: await run(what), fault: false });
      setOpen('');
    } catch (error) {
      setSaid({ text: error instanceof ApiError ? error.message : 'Something went wrong.', fault: true });
    }
    await queries.invalidateQueries({ queryKey: ['accounts'] });
  };
  const count = account.sessions.length;
  return (
    <li className="card" aria-label={account.name}>
      <div className="card-row">
        <div className="grow">
          <b>{account.name}</b>
          <p className="quiet">{[account.username, account.profession, account.department].filter(Boolean).join(' · ')}</p>
          <p className="quiet num">
            {count === 0 ? 'Not signed in' : `Signed in on ${count} ${count === 1 ? 'device' : 'devices'}`}
            {account.enrolsUntil && ` · may enrol a second factor until ${clock(account.enrolsUntil)}`}
          </p>
        </div>
        <div className="buttons">
          <Button className="plain edged" onPress={() => setOpen(open === 'enrol' ? '' : 'enrol')} aria-expanded={open === 'enrol'}>Second factor</Button>
          <Button className="plain edged" onPress={() => setOpen(open === 'wipe' ? '' : 'wipe')} aria-expanded={open === 'wipe'}>Wipe devices</Button>
        </div>
      </div>
      {open === 'wipe' && (
        <div className="card-open">
          <SessionList sessions={account.sessions} />
          <p>All devices of {account.name} are signed out at once and emptied. Nothing that was sent is lost.</p>
          <div className="buttons">
            <Button className="main urgent" onPress={() => void act(async () => { await api.wipe(account.id); return 'All devices are signed out.'; })}>Wipe now</Button>
          </div>
        </div>
      )}
      {open === 'enrol' && (
        <Enrolment
          name={account.name}
          allow={(factor, lost) => act(async () => {
            const { until } = await api.allowEnrolment(account.id, factor, lost);
            return `At the next sign-in, until ${clock(until)}, it can be enrolled.`;
          })}
        />
      )}
      <p role="status" className={said.fault ? 'fail' : 'quiet'}>{said.text}</p>
      {confirming}
    </li>
  );
}

function Enrolment({ name, allow }: { name: string; allow: (factor: Factor, lost: boolean) => Promise<void> }) {
  const [factor, setFactor] = useState<Factor>('code');
  const [lost, setLost] = useState(false);
  return (
    <div className="card-open">
      <p>Only when {name} stands before you: whoever enrols is {name} from then on.</p>
      <RadioGroup className="choices" orientation="horizontal" aria-label="Kind" value={factor} onChange={(v) => setFactor(v as Factor)}>
        <Radio value="code" className="choice">Authenticator app</Radio>
        <Radio value="passkey" className="choice">Passkey</Radio>
      </RadioGroup>
      <Checkbox className="check" isSelected={lost} onChange={setLost}>
        <span className="box" aria-hidden /> The old one is lost: take it away, and sign out all devices
      </Checkbox>
      <div className="buttons"><Button className="main" onPress={() => void allow(factor, lost)}>Allow for 15 minutes</Button></div>
    </div>
  );
}
