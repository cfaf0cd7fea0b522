/** The live connection: says which conversation changed; what changed is fetched with one's own rights. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { refresh } from './refresh';

const longestWait = 15_000;
const sessionEnded = 1008;

/** Keeps the connection open and refreshes what changed. Returns false while there is none. */
export function useLive(enabled: boolean): boolean {
  const queries = useQueryClient();
  const [connected, setConnected] = useState(true);
  useEffect(() => {
    if (!enabled) return;
    let socket: WebSocket | undefined;
    let timer: number | undefined;
    let wait = 500;
    let ended = false;
    const open = () => {
      socket = new WebSocket(`${window.location.protocol === 'https:' ? 'wss' : 'ws'}://${window.location.host}/live`);
      socket.onopen = () => {
        wait = 500;
        setConnected(true);
        refresh(queries);
      };
      socket.onmessage = (event) => {
        const { conversation } = JSON.parse(String(event.data)) as { conversation: string };
        refresh(queries, ['inbox']);
        refresh(queries, ['conversation', conversation]);
      };
      socket.onclose = (event) => {
        if (ended) return;
        setConnected(false);
        if (event.code === sessionEnded) wait = 500; // either it is over, or another session goes on
        void queries.invalidateQueries({ queryKey: ['me'] });
        timer = window.setTimeout(open, wait);
        wait = Math.min(wait * 2, longestWait);
      };
    };
    open();
    return () => {
      ended = true;
      window.clearTimeout(timer);
      socket?.close();
    };
  }, [enabled, queries]);
  return connected;
}
