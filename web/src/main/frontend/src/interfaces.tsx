import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Button, Input, Label, SearchField, TextArea, TextField } from 'react-aria-components';
import { ApiError, api, type DeadLetter, type Destination, type Inbound, type Merge, type Subscriber } from './api';
import { RoutesSection } from './parts/routes';
import { useStepUp } from './parts/step-up';
import { when } from './words';

const every = 20_000; // each look is on record
const soon = 1_000; // while something is about to be processed
const at = (time: string | null) => (time ? when(time, new Date()) : 'never');
const words = (error: unknown) => (error instanceof ApiError ? error.message : 'Something went wrong.');

/** What goes to the hospital's systems and comes from them: how it stands, what somebody must look at. */
export function InterfacesPane({ deliveries }: { deliveries: boolean }) {
  return (
    <div className="page">
      <h1>Interfaces</h1>
      {deliveries && <Destinations />}
      {deliveries && <RoutesSection />}
      <Sources />
      <Subscribers />
      <Messages />
      <Merges />
    </div>
  );
}

/** Does something, says how it went, and looks again. */
function useAct(key: string): [string, (act: () => Promise<unknown>, done: string) => Promise<void>] {
  const queries = useQueryClient();
  const [said, setSaid] = useState('');
  const act = async (what: () => Promise<unknown>, done: string) => {
    try {
      await what();
      setSaid(done);
    } catch (error) {
      setSaid(words(error));
    }
    await queries.invalidateQueries({ queryKey: [key] });
  };
  return [said, act];
}

function Destinations() {
  const found = useQuery({ queryKey: ['destinations'], queryFn: api.destinations, refetchInterval: every });
  const letters = useQuery({ queryKey: ['dead-letters'], queryFn: api.deadLetters, refetchInterval: every });
  return (
    <section aria-labelledby="destinations">
      <h2 id="destinations">Destinations</h2>
      {found.data === undefined ? <p className={found.error ? 'fail' : 'quiet'}>{found.error?.message ?? 'Looking…'}</p> : found.data.length === 0 ? <p className="quiet">Nothing is delivered anywhere.</p> : (
        <ul className="cards">{found.data.map((d) => <DestinationCard key={d.name} destination={d} />)}</ul>
      )}
      {letters.data && letters.data.length > 0 && (
        <>
          <h2>Could not be delivered</h2>
          <ul className="cards">{letters.data.map((letter) => <LetterCard key={letter.id} letter={letter} />)}</ul>
        </>
      )}
    </section>
  );
}

function DestinationCard({ destination: d }: { destination: Destination }) {
  const [said, act] = useAct('destinations');
  const state = d.state === 'well' ? 'delivers' : d.state === 'paused' ? 'paused' : `away: ${d.reason}${d.retryAt ? `, tried again ${at(d.retryAt)}` : ''}`;
  return (
    <li className="card-row" aria-label={d.display}>
      <div className="grow">
        <b>{d.display}</b> <span className={`answer ${d.state === 'well' ? 'done' : d.state === 'paused' ? 'wait' : 'fail'}`}>{state}</span>
        <p className="quiet num">{d.filedLastHour} filed within an hour · {d.waiting} waiting{d.oldestAt && `, the oldest since ${at(d.oldestAt)}`} · {d.parked} could not be delivered{d.overdue > 0 && `, ${d.overdue} overdue`} · owner {d.owner}</p>
        <p role="status" className="quiet">{said}</p>
      </div>
      <Button className="plain edged" onPress={() => void act(async () => {
        const { reached, problem } = await api.testDestination(d.name);
        if (!reached) throw new ApiError(0, `It cannot be reached: ${problem}.`);
      }, 'It answers.')}>Test</Button>
      {d.state === 'paused'
        ? <Button className="plain edged" onPress={() => void act(() => api.resume(d.name), 'It delivers again.')}>Resume</Button>
        : <Button className="plain edged" onPress={() => void act(() => api.pause(d.name), 'Nothing more is delivered; what comes is kept.')}>Pause</Button>}
    </li>
  );
}

function LetterCard({ letter }: { letter: DeadLetter }) {
  const [said, act] = useAct('dead-letters');
  return (
    <li className="card-row" aria-label={letter.controlId}>
      <div className="grow">
        <b className="num">{letter.controlId}</b> <span className="quiet">{{ original: 'to', retraction: 'takes a message back at', answer: 'tells who acknowledged it to' }[letter.kind]} {letter.destination}</span>
        <p className="answer fail">{letter.reason}</p>
        <p className="quiet num">{letter.attempts} attempts · parked {at(letter.parkedAt)} · owner {letter.owner}, by {at(letter.dueAt)}</p>
        <p role="status" className="quiet">{said}</p>
      </div>
      <Button className="plain edged" onPress={() => void act(() => api.replayDeadLetter(letter.id), 'It is delivered again, under the same control id.')}>Deliver again</Button>
    </li>
  );
}

function Sources() {
  const found = useQuery({ queryKey: ['interfaces'], queryFn: api.interfaces, refetchInterval: every });
  if (found.data === undefined) return <p className={found.error ? 'fail' : 'quiet'}>{found.error?.message ?? 'Looking…'}</p>;
  const { sources, unmapped } = found.data;
  return (
    <section aria-labelledby="sources">
      <h2 id="sources">Sources</h2>
      {sources.length === 0 ? <p className="quiet">Nothing came within a day.</p> : (
        <ul className="cards">
          {sources.map((s) => (
            <li key={s.name} className="card-row">
              <div className="grow">
                <b>{s.name}</b>
                <p className="quiet num">{s.today} {s.today === 1 ? 'message' : 'messages'} within a day · the newest {at(s.last)}</p>
                {s.review > 0 && <p className="answer fail">{s.review} to look at</p>}
              </div>
            </li>
          ))}
        </ul>
      )}
      {unmapped.length > 0 && (
        <details>
          <summary>Segments without a rule: {unmapped.length}</summary>
          <ul className="quiet num">
            {unmapped.map((u) => <li key={`${u.source}|${u.messageType}|${u.segment}`}>{u.segment} in {u.messageType} of {u.source}: {u.seen} times, last {at(u.last)}</li>)}
          </ul>
        </details>
      )}
    </section>
  );
}

const subscribed = { requested: 'waits for its endpoint', active: 'told', error: 'given up', off: 'ended' };

function Subscribers() {
  const found = useQuery({ queryKey: ['subscriptions'], queryFn: api.subscriptions, refetchInterval: every });
  if (found.data === undefined || found.data.length === 0) return null;
  return (
    <section aria-labelledby="subscribers">
      <h2 id="subscribers">Subscriptions</h2>
      <ul className="cards">{found.data.map((s) => <SubscriberCard key={s.id} subscriber={s} />)}</ul>
    </section>
  );
}

function SubscriberCard({ subscriber: s }: { subscriber: Subscriber }) {
  const [said, act] = useAct('subscriptions');
  return (
    <li className="card-row" aria-label={`${s.about} for ${s.client}`}>
      <div className="grow">
        <b>{s.client}</b> <span className="quiet">{s.about} to {s.endpoint}</span>
        <p className={`answer ${s.error || s.status === 'error' ? 'fail' : s.status === 'active' ? 'done' : 'wait'}`}>{subscribed[s.status]}{s.error && `: ${s.error}`}</p>
        <p className="quiet num">{s.waiting} waiting · ends {new Date(s.endsAt).toLocaleDateString()} · owner administrator</p>
        <p role="status" className="quiet">{said}</p>
      </div>
      {(s.status === 'error' || s.error) && <Button className="plain edged" onPress={() => void act(() => api.resumeSubscription(s.id), 'It is tried again.')}>Try again</Button>}
      {s.status !== 'off' && <Button className="plain edged" onPress={() => void act(() => api.endSubscription(s.id), 'It is ended.')}>End</Button>}
    </li>
  );
}

function Messages() {
  const [state, setState] = useState<Inbound['state'] | ''>('review');
  const [hours, setHours] = useState('');
  const [controlId, setControlId] = useState('');
  const [patientNumber, setPatientNumber] = useState('');
  const wanted = () => ({
    controlId: controlId.trim(),
    patientNumber: patientNumber.trim(),
    states: state ? [state] : [],
    ...(hours && { since: new Date(Date.now() - Number(hours) * 3_600_000).toISOString() }),
  });
  const found = useQuery({ queryKey: ['inbound', state, hours, controlId, patientNumber], queryFn: () => api.inbound(wanted()), refetchInterval: (query) => (query.state.data?.some((message) => message.state === 'waiting') ? soon : every) });
  return (
    <section aria-labelledby="messages">
      <h2 id="messages">Messages that came</h2>
      <div className="search-row">
        <SearchField className="field" value={controlId} onChange={setControlId}>
          <Label>Control id</Label>
          <Input />
        </SearchField>
        <SearchField className="field" value={patientNumber} onChange={setPatientNumber}>
          <Label>Record number</Label>
          <Input />
        </SearchField>
        <label className="field">State
          <select aria-label="State" value={state} onChange={(event) => setState(event.target.value as Inbound['state'] | '')}>
            <option value="">any</option>
            {Object.entries(states).map(([code, words]) => <option key={code} value={code}>{words}</option>)}
          </select>
        </label>
        <label className="field">Came
          <select aria-label="Came" value={hours} onChange={(event) => setHours(event.target.value)}>
            <option value="">at any time</option>
            <option value="1">within an hour</option>
            <option value="24">within a day</option>
            <option value="168">within a week</option>
          </select>
        </label>
      </div>
      {found.data === undefined ? <p className={found.error ? 'fail' : 'quiet'}>{found.error?.message ?? 'Looking…'}</p> : found.data.length === 0 ? (
        <p className="quiet">{state === 'review' ? 'Nothing waits for somebody.' : 'No such message.'}</p>
      ) : (
        <ul className="cards">{found.data.map((message) => <InboundCard key={message.id} message={message} />)}</ul>
      )}
    </section>
  );
}

const states: Record<Inbound['state'], string> = { processed: 'processed', waiting: 'waits to be processed', review: 'somebody must look at it', closed: 'seen to', kept: 'kept as it came' };

function InboundCard({ message }: { message: Inbound }) {
  const [open, setOpen] = useState(false);
  return (
    <li className="card" aria-label={message.controlId}>
      <div className="card-row">
        <div className="grow">
          <b className="num">{message.controlId}</b> <span className="quiet">{message.messageType} of {message.source.split('|').filter(Boolean).join(', ')}</span>
          <p className={`answer ${message.state === 'review' ? 'fail' : message.state === 'waiting' ? 'wait' : 'done'}`}>{states[message.state]}{message.state === 'review' && `: ${message.reason} · owner ${message.owner}`}</p>
          <p className="quiet num">came {at(message.receivedAt)}</p>
        </div>
        <Button className="plain edged" aria-expanded={open} onPress={() => setOpen(!open)}>Story</Button>
      </div>
      {open && <Story message={message} />}
    </li>
  );
}

function Story({ message }: { message: Inbound }) {
  const [run, confirming] = useStepUp();
  const [said, act] = useAct('inbound');
  const [reason, setReason] = useState('');
  const [content, setContent] = useState('');
  const story = useQuery({ queryKey: ['inbound-story', message.id], queryFn: () => api.inboundStory(message.id) });
  if (story.data === undefined) return <p className={story.error ? 'fail' : 'quiet'}>{story.error?.message ?? 'Looking…'}</p>;
  return (
    <div className="card-open">
      <div>
        <h3>Which fields are filled</h3>
        <ul className="quiet num segments">{story.data.segments.map((segment, i) => <li key={i}>{segment}</li>)}</ul>
      </div>
      <div>
        <h3>What was answered</h3>
        {story.data.answers.length === 0 ? <p className="quiet">Nothing that is still kept.</p> : story.data.answers.map((answer, i) => <pre key={i} tabIndex={0}>{answer.trim().replaceAll('\r', '\n')}</pre>)}
      </div>
      {content ? <pre tabIndex={0} aria-label="Content" dir="auto">{content}</pre> : (
        <>
          <TextField className="field" value={reason} onChange={setReason} maxLength={200}>
            <Label>Why you open the content (on record; name no patient)</Label>
            <TextArea rows={2} dir="auto" />
          </TextField>
          <div className="buttons">
            <Button className="plain edged" isDisabled={reason.trim().length < 10} onPress={() => void act(async () => setContent((await run(() => api.openInbound(message.id, reason))).text), 'That you opened it is on record.')}>Open content</Button>
            {message.state === 'review' && (
              <>
                <Button className="plain edged" onPress={() => void act(() => api.replayInbound(message.id), 'It is processed again.')}>Process again</Button>
                <Button className="plain edged" onPress={() => void act(() => api.closeInbound(message.id), 'Seen to.')}>Seen to</Button>
              </>
            )}
          </div>
        </>
      )}
      <p role="status" className="quiet">{said}</p>
      {confirming}
    </div>
  );
}

function Merges() {
  const found = useQuery({ queryKey: ['merges'], queryFn: api.merges });
  if (found.data === undefined || found.data.length === 0) return null;
  return (
    <section aria-labelledby="merges">
      <h2 id="merges">Merged records</h2>
      <ul className="cards">{found.data.map((merge) => <MergeCard key={merge.id} merge={merge} />)}</ul>
    </section>
  );
}

function MergeCard({ merge }: { merge: Merge }) {
  const [run, confirming] = useStepUp();
  const [said, act] = useAct('merges');
  const [asked, setAsked] = useState(false);
  return (
    <li className="card" aria-label={`${merge.prior} into ${merge.survivor}`}>
      <div className="card-row">
        <div className="grow">
          <b className="num">{merge.prior}</b> <span className="quiet">became</span> <b className="num">{merge.survivor}</b>
          <p className="quiet num">{at(merge.mergedAt)}{merge.undoneAt && ` · undone ${at(merge.undoneAt)}`}</p>
        </div>
        {!merge.undoneAt && <Button className="plain edged" aria-expanded={asked} onPress={() => setAsked(!asked)}>Undo</Button>}
      </div>
      {asked && !merge.undoneAt && (
        <div className="card-open">
          <p>Conversations, stays and results that this merge moved go back to {merge.prior}. What came since stays with {merge.survivor}.</p>
          <div className="buttons"><Button className="main urgent" onPress={() => void act(() => run(() => api.undoMerge(merge.id)), 'The two records stand apart again.')}>Undo the merge</Button></div>
        </div>
      )}
      <p role="status" className="quiet">{said}</p>
      {confirming}
    </li>
  );
}
