import { describe, expect, it } from 'vitest';
import type { Receipt } from './api';
import { birthDate, destinationLine, peopleLine, span, when } from './words';

const receipt = (over: Partial<Receipt>): Receipt => ({
  target: 'Practitioner/1', name: 'Bianchi, Luca', viaRole: null, destination: false, state: 'queued', detail: '', at: '2026-03-01T12:02:00Z', ...over,
});

describe('what a receipt line says', () => {
  it('names who has not read yet, and how far it got', () => {
    const line = peopleLine([receipt({ state: 'read', name: 'Cole, Ana' }), receipt({ state: 'delivered' })]);
    expect(line).toBe('Read by 1 of 2 · waiting for Bianchi, Luca (delivered)');
  });

  it('does not count a failed delivery as read', () => {
    expect(peopleLine([receipt({ state: 'failed' })])).toBe('Waiting for Bianchi, Luca (not delivered)');
  });

  it('says to whom it went instead of somebody who left', () => {
    expect(peopleLine([receipt({ state: 'escalated', detail: 'left; passed on to Cardiology on call' })])).toBe(
      'Waiting for Bianchi, Luca (left; passed on to Cardiology on call)',
    );
  });

  it('says first who acknowledged, and then who has not read', () => {
    const bianchi = receipt({ state: 'acknowledged', at: '2026-03-01T14:02:00' });
    const adams = receipt({ target: 'Practitioner/2', name: 'Adams, Anna', state: 'delivered' });
    expect(peopleLine([bianchi])).toMatch(/^Acknowledged by Bianchi, Luca \d/);
    expect(peopleLine([bianchi, adams])).toMatch(/ · read by 1 of 2 · waiting for Adams, Anna \(delivered\)$/);
    expect(peopleLine([bianchi, { ...adams, state: 'read' }])).toMatch(/ · read by all 2$/);
  });

  it('says nothing where nobody was addressed', () => {
    expect(peopleLine([receipt({ destination: true })])).toBe('');
  });

  it('shows a refusal of the hospital system with its reason', () => {
    const line = destinationLine(receipt({ destination: true, name: 'EHR', state: 'failed', detail: 'AE 102 wrong' }));
    expect(line).toEqual({ text: 'EHR: refused, needs a person · AE 102 wrong', tone: 'fail' });
  });
});

describe('how times are said', () => {
  const now = new Date('2026-03-01T12:00:00');
  it('is relative within the hour', () => {
    expect(when('2026-03-01T11:54:30', now)).toBe('5 min');
    expect(when('2026-03-01T11:59:50', now)).toBe('now');
  });
  it('is a date on another day', () => {
    expect(when('2026-02-27T11:00:00', now, 'en-GB')).toBe('27 Feb');
    expect(when('2026-03-15T12:00:00', now, 'en-GB')).toBe('15 Mar');
    expect(when('2026-03-01T12:00:20', now)).toBe('now');
  });
  it('keeps a partial birth date partial', () => {
    expect(birthDate('1988')).toBe('born 1988');
    expect(birthDate('1988-08-18', 'en-GB')).toBe('born 18 Aug 1988');
    expect(birthDate(null)).toBe('birth date unknown');
  });
});

describe('a span of minutes', () => {
  it.each([[0, '0 min'], [15, '15 min'], [720, '12 h'], [90, '1 h 30 min'], [1_440, '1 day'], [43_200, '30 days'], [1_501, '1 day 1 h 1 min']])('says %i as %s', (minutes, said) => {
    expect(span(minutes)).toBe(said);
  });
});
