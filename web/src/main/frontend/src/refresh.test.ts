import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import { refresh } from './refresh';

/** A server whose answers tell what it knew when it was asked, and come when they are let go. */
function server() {
  let known = 'sent';
  const waiting: (() => void)[] = [];
  return {
    learns: (news: string) => { known = news; },
    ask: () => {
      const answer = known;
      return new Promise<string>((resolve) => waiting.push(() => resolve(answer)));
    },
    answers: async () => {
      waiting.shift()?.();
      for (let i = 0; i < 5; i++) await Promise.resolve();
      await new Promise((resolve) => setTimeout(resolve, 0));
    },
    asked: () => waiting.length,
  };
}

function watched(queryFn: () => Promise<string>) {
  const queries = new QueryClient();
  const observer = new QueryObserver(queries, { queryKey: ['conversation', '1'], queryFn });
  observer.subscribe(() => undefined);
  return { queries, shown: () => observer.getCurrentResult().data };
}

describe('refresh', () => {
  it('asks again after a first fetch that was answered before the news', async () => {
    const far = server();
    const { queries, shown } = watched(far.ask);
    far.learns('delivered');
    refresh(queries, ['conversation', '1']);
    await far.answers();
    expect(shown()).toBe('sent');
    expect(far.asked()).toBe(1);
    await far.answers();
    expect(shown()).toBe('delivered');
    expect(far.asked()).toBe(0);
  });

  it('asks once when nothing is under way', async () => {
    const far = server();
    const { queries, shown } = watched(far.ask);
    await far.answers();
    far.learns('read');
    refresh(queries);
    expect(far.asked()).toBe(1);
    await far.answers();
    expect(shown()).toBe('read');
    expect(far.asked()).toBe(0);
  });
});
