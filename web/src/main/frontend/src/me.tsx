import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { ApiError, api, type Me } from './api';
import { SessionList } from './parts/sessions';
import { go } from './route';
import { signInBeside } from './sign-in';

/** What stands in the bar where there is room for it. */
const rare = [['interfaces', 'Interfaces'], ['accounts', 'Accounts'], ['rights', 'Rights']] as const;

/** One's own account: where one is signed in, and by what. */
export function MePane({ me }: { me: Me }) {
  const queries = useQueryClient();
  const sessions = useQuery({ queryKey: ['sessions'], queryFn: api.sessions });
  const [said, setSaid] = useState('');
  const end = async (id: string) => {
    try {
      await api.endSession(id);
      setSaid('That device is signed out. What it shows is emptied when it asks next.');
    } catch (error) {
      setSaid(error instanceof ApiError ? error.message : 'Something went wrong.');
    }
    await queries.invalidateQueries({ queryKey: ['sessions'] });
  };
  return (
    <div className="page">
      <h1>{me.name}</h1>
      <p className="quiet">{[me.username, me.profession, me.department, me.organization].filter(Boolean).join(' · ')}</p>
      {rare.some(([right]) => me.rights.includes(right)) && (
        <nav className="buttons only-phone" aria-label="Administration">
          {rare.filter(([right]) => me.rights.includes(right)).map(([right, label]) => <Button key={right} className="plain edged" onPress={() => go(`/${right}`)}>{label}</Button>)}
        </nav>
      )}
      <section aria-labelledby="signed-in">
        <h2 id="signed-in">Where you are signed in</h2>
        {sessions.isPending ? <p className="quiet">Looking…</p> : sessions.data === undefined ? <p className="fail">{sessions.error.message}</p> : (
          <SessionList
            sessions={sessions.data}
            action={(session) => !session.current && <Button className="plain" onPress={() => void end(session.id)}>Sign out</Button>}
          />
        )}
        <p role="status" className="quiet">{said}</p>
      </section>
      <section aria-labelledby="factors">
        <h2 id="factors">Second factor</h2>
        <p className="quiet">Add another way to confirm that it is you, so that a lost phone does not lock you out. You confirm with one that you have.</p>
        <div className="buttons">
          <Button className="plain edged" onPress={() => void signInBeside('factor=passkey')}>Add a passkey</Button>
          <Button className="plain edged" onPress={() => void signInBeside('factor=code')}>Add an authenticator app</Button>
          <Button className="plain edged" onPress={() => void signInBeside('factor=recovery-codes')}>Make recovery codes</Button>
        </div>
      </section>
      <form className="only-phone" method="post" action="/auth/sign-out"><button className="plain edged" type="submit">Sign out here</button></form>
    </div>
  );
}
