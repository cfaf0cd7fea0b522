import { useQuery, useQueryClient } from '@tanstack/react-query';
import { AlertTriangle, ArrowLeft, Check, CheckCheck, Clock, Info, ShieldAlert, Undo2 } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import { ApiError, api, type Conversation, type Me, type Message } from './api';
import { ChartList } from './parts/chart';
import { PatientHeader } from './parts/patient';
import { SaveDocument } from './parts/save-document';
import { Acknowledge } from './parts/acknowledge';
import { TakeBack } from './parts/take-back';
import { PriorityMark } from './parts/priority';
import { WriteBox } from './parts/write';
import { go } from './route';
import { clock, destinationLine, hasRead, peopleLine, personWord, when } from './words';

export function ConversationPane({ id, me }: { id: string; me: Me }) {
  const queries = useQueryClient();
  const [details, setDetails] = useState(false);
  const found = useQuery({ queryKey: ['conversation', id], queryFn: () => api.conversation(id) });
  if (found.isPending) return <p className="quiet pad">Loading…</p>;
  if (found.data === undefined) {
    const gone = found.error instanceof ApiError && found.error.status < 500;
    return <div className="pad stack" role="alert"><h1>This conversation cannot be shown</h1><p>{found.error?.message}</p><Button className="main" onPress={() => (gone ? go('/') : void found.refetch())}>{gone ? 'Back to the inbox' : 'Try again'}</Button></div>;
  }
  const conversation = found.data;
  const others = conversation.members.filter((m) => m.party !== me.party && m.party.startsWith('Practitioner/')); // a system reads no answer
  return (
    <article className={`conversation${details ? ' with-details' : ''}`}>
      <header className="conversation-head">
        <Button className="back" aria-label="Back to the inbox" onPress={() => go('/')}><ArrowLeft size={20} aria-hidden /></Button>
        <PatientHeader patient={conversation.patient} topic={conversation.topic} />
        <Button className="back details-button" aria-label="Details" aria-expanded={details} onPress={() => setDetails(!details)}><Info size={20} aria-hidden /></Button>
      </header>
      <Messages conversation={conversation} me={me} />
      {conversation.emergencyUntil ? (
        <p className="write emergency" role="status"><ShieldAlert size={18} aria-hidden /> Emergency access until {clock(conversation.emergencyUntil)}. It is on record and will be reviewed. You take no part here.</p>
      ) : conversation.closesAt && Date.parse(conversation.closesAt) <= Date.now() ? (
        <p className="write quiet" role="status">Closed since {when(conversation.closesAt, new Date())}: the patient was discharged. Begin a new conversation to write about him.</p>
      ) : <WriteBox
        draft={id}
        label="Write a message"
        action={others.length === 0 ? 'Add to the conversation' : others.length === 1 ? `Send to ${others[0]!.name}` : `Send to ${others.length}`}
        send={async (text, priority, clientKey) => {
          await api.send({ clientKey, conversationId: id, text, priority });
          await queries.invalidateQueries({ queryKey: ['conversation', id] });
          void queries.invalidateQueries({ queryKey: ['inbox'] });
        }}
      />}
      <Details conversation={conversation} mayLook={me.rights.includes('patients')} />
    </article>
  );
}

/** The messages; new ones never move what one is reading, a pill says that they are there. */
function Messages({ conversation, me }: { conversation: Conversation; me: Me }) {
  const box = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const [seen, setSeen] = useState(conversation.messages.length);
  const count = conversation.messages.length;
  const last = conversation.messages[count - 1];
  const mine = last?.authorParty === me.party;
  useEffect(() => {
    if (atEnd || mine) {
      box.current?.scrollTo({ top: box.current.scrollHeight });
      setSeen(count);
    }
  }, [count, atEnd, mine]);
  return (
    <div className="messages-frame">
      <div
        ref={box}
        className="messages"
        role="log"
        aria-label="Messages"
        aria-live="off"
        tabIndex={0}
        onScroll={(event) => {
          const el = event.currentTarget;
          setAtEnd(el.scrollHeight - el.scrollTop - el.clientHeight < 40);
        }}
      >
        {conversation.messages.map((message, i) => (
          <Bubble key={message.id} message={message} mine={message.authorParty === me.party} follows={follows(conversation.messages[i - 1], message)} me={me} />
        ))}
      </div>
      {!atEnd && count > seen && (
        <Button className="pill" onPress={() => box.current?.scrollTo({ top: box.current.scrollHeight, behavior: 'smooth' })}>{count - seen} new</Button>
      )}
    </div>
  );
}

const follows = (before: Message | undefined, message: Message) =>
  before !== undefined && before.author === message.author && Date.parse(message.sentAt) - Date.parse(before.sentAt) < 5 * 60_000;

function Bubble({ message, mine, follows: grouped, me }: { message: Message; mine: boolean; follows: boolean; me: Me }) {
  const own = message.receipts.find((r) => r.target === me.party);
  const unread = own !== undefined && !hasRead(own) && !message.retraction && !message.broken; // what stands there instead is not the message
  const element = useReadWhenSeen(message.id, unread);
  const line = peopleLine(message.receipts);
  return (
    <section ref={element} className={`bubble ${mine ? 'mine' : 'theirs'} ${message.priority}${grouped ? ' grouped' : ''}`} aria-label={`${message.author}, ${clock(message.sentAt)}`}>
      {!grouped && (
        <p className="bubble-head">
          <b><bdi>{message.author}</bdi></b>{' '}
          <span className="quiet">{[message.profession, message.department].filter(Boolean).join(' · ')}</span>
        </p>
      )}
      <PriorityMark priority={message.priority} />
      {message.retraction ? (
        <p className="bubble-text taken-back"><Undo2 size={16} aria-hidden /> Taken back by <bdi>{message.retraction.by}</bdi> {when(message.retraction.at, new Date())}. {message.retraction.reason} {readBefore(message.retraction.readBy)}</p>
      ) : message.broken ? (
        <p className="bubble-text broken" role="alert"><ShieldAlert size={16} aria-hidden /> This message was changed where it is kept, so it is not shown. Do not rely on its author, patient or time: and tell those who look after the system. It is on record.</p>
      ) : (
        <p className="bubble-text" dir="auto">{message.text}</p>
      )}
      {own && message.alert && !message.retraction && !message.broken && <Acknowledge message={message} own={own} />}
      <p className="bubble-foot quiet num">
        <time dateTime={message.sentAt} title={new Date(message.sentAt).toLocaleString()}>{when(message.sentAt, new Date())}</time>
        {message.recordedOnly && <span> · put on record, not sent{message.happenedAt && <>; it was <time dateTime={message.happenedAt} title={new Date(message.happenedAt).toLocaleString()}>{when(message.happenedAt, new Date())}</time></>}</span>}
        {line && <span className="receipts"> · {/^(Read|Acknowledged)/.test(line) ? <CheckCheck size={14} aria-hidden /> : <Check size={14} aria-hidden />} {line}</span>}
        {mine && !message.retraction && <> · <TakeBack message={message} /></>}
      </p>
      {message.receipts.filter((r) => r.destination).map((r) => {
        const { text, tone } = destinationLine(r);
        const Icon = tone === 'done' ? Check : tone === 'fail' ? AlertTriangle : Clock;
        return <p key={r.target} className={`answer ${tone} num`}><Icon size={14} aria-hidden /> {text}</p>;
      })}
    </section>
  );
}

const readBefore = (people: number) => (people === 0 ? 'Nobody had read it.' : people === 1 ? 'One person had read it.' : `${people} people had read it.`);

/** Read means: visible for a second in a focused page. */
function useReadWhenSeen(id: string, unread: boolean) {
  const element = useRef<HTMLElement>(null);
  const queries = useQueryClient();
  useEffect(() => {
    const node = element.current;
    if (!unread || !node) return;
    let timer: number | undefined;
    let visible = false;
    const look = () => {
      window.clearTimeout(timer);
      if (visible && document.visibilityState === 'visible' && document.hasFocus()) {
        timer = window.setTimeout(() => {
          api.confirm('read', [id]).then(
            () => queries.invalidateQueries({ queryKey: ['inbox'] }),
            () => {
              timer = window.setTimeout(look, 2000); // not there yet: a receipt is never given up
            },
          );
        }, 1000);
      }
    };
    const observer = new IntersectionObserver(
      (entries) => {
        visible = entries.some((entry) => entry.isIntersecting);
        look();
      },
      { threshold: 0.25 },
    );
    observer.observe(node);
    window.addEventListener('focus', look);
    window.addEventListener('blur', look);
    document.addEventListener('visibilitychange', look);
    return () => {
      window.clearTimeout(timer);
      observer.disconnect();
      window.removeEventListener('focus', look);
      window.removeEventListener('blur', look);
      document.removeEventListener('visibilitychange', look);
    };
  }, [id, unread, queries]);
  return element;
}

function Details({ conversation, mayLook }: { conversation: Conversation; mayLook: boolean }) {
  const last = conversation.messages[conversation.messages.length - 1];
  return (
    <aside className="details" aria-label="Details" tabIndex={0}>
      {conversation.closesAt && Date.parse(conversation.closesAt) > Date.now() && <p className="quiet num">The patient was discharged. This conversation closes {when(conversation.closesAt, new Date())}.</p>}
      <h2>Takes part</h2>
      <ul>
        {conversation.members.map((m) => (
          <li key={m.party}>
            <bdi>{m.name}</bdi>
            <span className="quiet">{[m.profession, m.department, m.viaRole && `as ${m.viaRole}`].filter(Boolean).join(' · ')}</span>
          </li>
        ))}
      </ul>
      {last && last.receipts.length > 0 && (
        <>
          <h2>Receipts of the last message</h2>
          <ul>
            {last.receipts.map((r) => (
              <li key={r.target}>
                <bdi>{r.name}</bdi>
                <span className="quiet num">{r.destination ? destinationLine(r).text.replace(`${r.name}: `, '') : `${personWord(r)} ${clock(r.at)}`}{r.viaRole ? ` · ${r.viaRole}` : ''}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      <div className="buttons">
        {conversation.patient && mayLook && <Button className="plain" onPress={() => go(`/p/${conversation.patient!.id}`)}>All about this patient</Button>}
        {!conversation.emergencyUntil && <SaveDocument conversationId={conversation.id} />}
      </div>
      {conversation.patient && <ChartList patientId={conversation.patient.id} />}
    </aside>
  );
}
