import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ArrowLeftRight, CircleUser, Inbox as InboxIcon, KeyRound, LogOut, PenLine, ShieldAlert, Users, WifiOff } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import { AccountsPane } from './accounts';
import { untouchedSeconds } from './activity';
import { ApiError, api, type Me } from './api';
import { ConversationPane } from './conversation';
import { forgetDrafts } from './drafts';
import { EmergencyPane } from './emergency';
import { InterfacesPane } from './interfaces';
import { useConfirmDelivered, InboxPane } from './inbox';
import { useLive } from './live';
import { MePane } from './me';
import { NewConversation } from './new-conversation';
import { LaunchPane, NewAbout, PatientPane } from './patient-page';
import { ReviewsPane } from './reviews';
import { RightsPane } from './rights';
import { go, useRoute } from './route';
import { signIn, signInBeside } from './sign-in';

export function App() {
  const me = useQuery({ queryKey: ['me'], queryFn: api.me });
  const owner = useRef<string>(undefined);
  const [locked, unlock] = useIdleLock(me.data?.idleSeconds);
  const party = me.data?.party;
  useEffect(() => {
    if (party === undefined) return;
    if (owner.current !== undefined && owner.current !== party) {
      forgetDrafts(); // what somebody else began is not for him
      go('/');
    }
    owner.current = party;
  }, [party]);
  const refused = me.error instanceof ApiError && me.error.status === 401;
  if (refused || locked) {
    return <Locked known={me.data !== undefined} reason={refused && me.error ? me.error.message : ''} onSignedIn={unlock} />;
  }
  if (me.isPending) return <p className="quiet centre">Opening Wardline…</p>;
  if (me.data === undefined) {
    return (
      <div className="centre stack">
        <p>{me.error?.message ?? 'Wardline does not answer.'}</p>
        <Button className="main" onPress={() => void me.refetch()}>Try again</Button>
      </div>
    );
  }
  return <Frame me={me.data} />;
}

/**
 * True once nobody touched the page for so long: it shows nothing more until somebody signed in again, and asks the server, where
 * the session ended, too.
 */
function useIdleLock(seconds: number | undefined): [boolean, () => void] {
  const queries = useQueryClient();
  const [locked, setLocked] = useState(false);
  useEffect(() => {
    if (seconds === undefined) return;
    const timer = window.setInterval(() => {
      if (untouchedSeconds() < seconds) return;
      setLocked(true);
      void queries.invalidateQueries({ queryKey: ['me'] });
    }, 1_000);
    return () => window.clearInterval(timer);
  }, [seconds, queries]);
  return [locked, () => setLocked(false)];
}

/**
 * The session ended: whoever was working signs in by one press, in a window beside, and finds what he had begun; whoever just came
 * is led there. Of a device that was wiped nothing is kept.
 */
function Locked({ known, reason, onSignedIn }: { known: boolean; reason: string; onSignedIn: () => void }) {
  const queries = useQueryClient();
  const wiped = reason.startsWith('This device');
  useEffect(() => {
    if (!known) signIn();
    if (wiped) forgetDrafts();
    queries.removeQueries({ predicate: (query) => query.queryKey[0] !== 'me' }); // nothing of patients stays in memory
  }, [known, wiped, queries]);
  const again = async () => {
    await signInBeside('');
    onSignedIn();
    await queries.invalidateQueries();
  };
  return (
    <main className="centre stack" role="alert">
      <h1>Wardline</h1>
      <p>{!known ? 'Taking you to the sign-in page…' : wiped ? reason : 'Your session ended. What you had begun is kept.'}</p>
      {known && <Button className="main" onPress={() => void again()}>Sign in again</Button>}
    </main>
  );
}

function Frame({ me }: { me: Me }) {
  const route = useRoute();
  const connected = useLive(true);
  useConfirmDelivered();
  return (
    <div className={`frame page-${route.page}`}>
      <a className="skip" href={route.page === 'inbox' ? '#list' : '#content'}>Skip to content</a>
      <header className="rail">
        <strong className="brand">Wardline</strong>
        <nav aria-label="Main">
          <RailButton label="Inbox" current={route.page === 'inbox'} onPress={() => go('/')}><InboxIcon size={20} aria-hidden /></RailButton>
          <RailButton label="Compose" current={route.page === 'new'} onPress={() => go('/new')}><PenLine size={20} aria-hidden /></RailButton>
          {me.rights.includes('interfaces') && (
            <RailButton label="Interfaces" rare current={route.page === 'interfaces'} onPress={() => go('/interfaces')}><ArrowLeftRight size={20} aria-hidden /></RailButton>
          )}
          {me.rights.includes('rights') && (
            <RailButton label="Rights" rare current={route.page === 'rights'} onPress={() => go('/rights')}><KeyRound size={20} aria-hidden /></RailButton>
          )}
          {me.rights.includes('accounts') && (
            <RailButton label="Accounts" rare current={route.page === 'accounts'} onPress={() => go('/accounts')}><Users size={20} aria-hidden /></RailButton>
          )}
          {me.rights.includes('emergency') && (
            <RailButton label="Emergency" current={route.page === 'emergency'} onPress={() => go('/emergency')}><ShieldAlert size={20} aria-hidden /></RailButton>
          )}
          {me.rights.includes('review') && <ReviewsButton current={route.page === 'reviews'} />}
          <RailButton label="You" current={route.page === 'me'} onPress={() => go('/me')}><CircleUser size={20} aria-hidden /></RailButton>
        </nav>
        <div className="me">
          <span className="me-name">{me.name}</span>
          <span className="quiet">{[me.profession, me.department].filter(Boolean).join(' · ')}</span>
          <form method="post" action="/auth/sign-out">
            <button className="rail-button" type="submit"><LogOut size={20} aria-hidden /><span>Sign out</span></button>
          </form>
        </div>
      </header>
      {!connected && <p className="banner" role="status"><WifiOff size={16} aria-hidden /> No connection. What you write is kept here until it is back.</p>}
      <main>
        <section id="list" className="list" aria-label="Inbox" tabIndex={-1}>
          {route.page === 'inbox' ? <h1 className="unseen">Inbox</h1> : <h2 className="unseen">Inbox</h2>}
          <InboxPane selected={route.page === 'conversation' ? route.id : null} />
        </section>
        <div id="content" className="content" tabIndex={-1}>
          {route.page === 'conversation' && <ConversationPane key={route.id} id={route.id} me={me} />}
          {route.page === 'new' && <NewConversation key="new" />}
          {route.page === 'new-about' && <NewAbout key={route.id} id={route.id} />}
          {route.page === 'patient' && <PatientPane key={route.id} id={route.id} />}
          {route.page === 'launch' && <LaunchPane key={route.key} launch={route.key} />}
          {route.page === 'me' && <MePane me={me} />}
          {route.page === 'accounts' && <AccountsPane />}
          {route.page === 'emergency' && <EmergencyPane />}
          {route.page === 'reviews' && <ReviewsPane />}
          {route.page === 'rights' && <RightsPane />}
          {route.page === 'interfaces' && <InterfacesPane deliveries={me.rights.includes('deliveries')} />}
          {route.page === 'inbox' && <p className="quiet centre only-wide">Choose a conversation, or write a new message.</p>}
        </div>
      </main>
      <Announcer />
    </div>
  );
}

const lookEvery = 3_000;

/** The privacy officer sees at once that somebody broke the glass, wherever he is. */
function ReviewsButton({ current }: { current: boolean }) {
  const queries = useQueryClient();
  const waiting = useQuery({ queryKey: ['reviews-waiting'], queryFn: api.reviewsWaiting, refetchInterval: lookEvery });
  const count = waiting.data?.count ?? 0;
  useEffect(() => {
    void queries.invalidateQueries({ queryKey: ['reviews'] });
  }, [count, queries]);
  return (
    <>
      <RailButton label={count > 0 ? `Reviews (${count})` : 'Reviews'} current={current} onPress={() => go('/reviews')}><ShieldAlert size={20} aria-hidden /></RailButton>
      <p className="unseen" role="status" aria-live="polite">{count > 0 ? `${count} emergency access to review` : ''}</p>
    </>
  );
}

/** One that is rarely needed stands in the bar where there is room; on a phone it is among what is yours. */
function RailButton(props: { label: string; rare?: boolean; current: boolean; onPress: () => void; children: React.ReactNode }) {
  return (
    <Button className={`rail-button${props.rare ? ' rare' : ''}`} onPress={props.onPress} {...(props.current ? { 'aria-current': 'page' as const } : {})}>
      {props.children}
      <span>{props.label}</span>
    </Button>
  );
}

/** Says once, politely, that something new came; never what. */
function Announcer() {
  const inbox = useQuery({ queryKey: ['inbox'], queryFn: api.inbox });
  const unread = (inbox.data ?? []).reduce((sum, row) => sum + row.unread, 0);
  const urgent = (inbox.data ?? []).some((row) => row.urgentUnread);
  const [said, setSaid] = useState({ unread: 0, text: '' });
  if (unread !== said.unread) {
    const news = unread - said.unread;
    setSaid({ unread, text: news > 0 ? `${news} new ${news === 1 ? 'message' : 'messages'}${urgent ? ', urgent' : ''}` : '' });
  }
  useEffect(() => {
    document.title = unread > 0 ? `(${unread}) Wardline` : 'Wardline';
  }, [unread]);
  return <p className="unseen" role="status" aria-live="polite">{said.text}</p>;
}
