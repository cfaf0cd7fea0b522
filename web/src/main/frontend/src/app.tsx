import { useQuery } from '@tanstack/react-query';
import { Inbox as InboxIcon, LogOut, PenLine, WifiOff } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import { ApiError, api, signIn, type Me } from './api';
import { ConversationPane } from './conversation';
import { useConfirmDelivered, InboxPane } from './inbox';
import { useLive } from './live';
import { NewConversation } from './new-conversation';
import { go, useRoute } from './route';

export function App() {
  const me = useQuery({ queryKey: ['me'], queryFn: api.me });
  if (me.error instanceof ApiError && me.error.status === 401) {
    return <Locked known={me.data !== undefined} />;
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

/** The session ended: whoever was working signs in by one press; whoever just came is led there. */
function Locked({ known }: { known: boolean }) {
  useEffect(() => {
    if (!known) signIn();
  }, [known]);
  return (
    <div className="centre stack" role="alert">
      <p>{known ? 'Your session ended.' : 'Taking you to the sign-in page…'}</p>
      {known && <Button className="main" onPress={signIn}>Sign in again</Button>}
    </div>
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
          {route.page === 'new' && <NewConversation />}
          {route.page === 'inbox' && <p className="quiet centre only-wide">Choose a conversation, or write a new message.</p>}
        </div>
      </main>
      <Announcer />
    </div>
  );
}

function RailButton(props: { label: string; current: boolean; onPress: () => void; children: React.ReactNode }) {
  return (
    <Button className="rail-button" onPress={props.onPress} {...(props.current ? { 'aria-current': 'page' as const } : {})}>
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
