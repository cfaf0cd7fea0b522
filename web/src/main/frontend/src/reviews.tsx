import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Button, Input, Label, TextField } from 'react-aria-components';
import { ApiError, api, type Review } from './api';
import { PatientLine } from './parts/patient';
import { clock } from './words';

/** Emergency access, for the privacy officer: who, to whom, why; and whether it was justified. */
export function ReviewsPane() {
  const found = useQuery({ queryKey: ['reviews'], queryFn: api.reviews });
  return (
    <div className="page">
      <h1>Emergency access</h1>
      {found.data === undefined ? (
        <p className={found.error ? 'fail' : 'quiet'}>{found.error?.message ?? 'Looking…'}</p>
      ) : found.data.length === 0 ? (
        <p className="quiet">Nobody has used it.</p>
      ) : (
        <ul className="cards">{found.data.map((review) => <ReviewCard key={review.id} review={review} />)}</ul>
      )}
    </div>
  );
}

function ReviewCard({ review }: { review: Review }) {
  const queries = useQueryClient();
  const [note, setNote] = useState('');
  const [fault, setFault] = useState('');
  const decide = async (verdict: 'justified' | 'unjustified') => {
    try {
      await api.review(review.id, verdict, note);
    } catch (error) {
      setFault(error instanceof ApiError ? error.message : 'Something went wrong.');
    }
    await queries.invalidateQueries({ queryKey: ['reviews'] });
    await queries.invalidateQueries({ queryKey: ['reviews-waiting'] });
  };
  return (
    <li className="card" aria-label={review.person}>
      <p><b><bdi>{review.person}</bdi></b> <span className="quiet">{review.detail}</span></p>
      <PatientLine patient={review.patient} topic="" />
      <p dir="auto" className="bubble-text">{review.reason}</p>
      <p className="quiet num">
        {new Date(review.openedAt).toLocaleDateString()} {clock(review.openedAt)} to {clock(review.until)} · opened {review.conversations} {review.conversations === 1 ? 'conversation' : 'conversations'}
      </p>
      {review.verdict ? (
        <p className={`answer ${review.verdict === 'justified' ? 'done' : 'fail'}`}>{review.verdict === 'justified' ? 'Justified' : 'Not justified'}{review.note && ` – ${review.note}`}</p>
      ) : (
        <>
          <TextField className="field" value={note} onChange={setNote} maxLength={1000}>
            <Label>Note (if you like)</Label>
            <Input dir="auto" />
          </TextField>
          {fault && <p className="fail" role="alert">{fault}</p>}
          <div className="buttons">
            <Button className="plain edged" onPress={() => void decide('justified')}>Justified</Button>
            <Button className="plain edged" onPress={() => void decide('unjustified')}>Not justified</Button>
          </div>
        </>
      )}
    </li>
  );
}
