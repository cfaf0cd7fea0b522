/** Where we are: the address is the only state that survives a reload. */
import { useSyncExternalStore } from 'react';

export type Route = { page: 'inbox' } | { page: 'new' } | { page: 'me' } | { page: 'accounts' } | { page: 'emergency' } | { page: 'reviews' } | { page: 'rights' } | { page: 'interfaces' } | { page: 'launch'; key: string } | { page: 'conversation'; id: string } | { page: 'patient'; id: string } | { page: 'new-about'; id: string };

const changed = 'wardline:route';

export function go(path: string) {
  window.history.pushState(null, '', path);
  window.dispatchEvent(new Event(changed));
}

/** The same, in place of where we are: going back does not lead there again. */
export function goInstead(path: string) {
  window.history.replaceState(null, '', path);
  window.dispatchEvent(new Event(changed));
}

export function parse(path: string): Route {
  if (path === '/new') return { page: 'new' };
  if (path === '/me') return { page: 'me' };
  if (path === '/emergency') return { page: 'emergency' };
  if (path === '/reviews') return { page: 'reviews' };
  if (path === '/rights') return { page: 'rights' };
  if (path === '/interfaces') return { page: 'interfaces' };
  if (path === '/accounts') return { page: 'accounts' };
  const launch = /^\/launch\/([\w-]{1,200})$/.exec(path);
  if (launch) return { page: 'launch', key: launch[1]! };
  const patient = /^\/p\/([0-9a-f-]{36})(\/new)?$/.exec(path);
  if (patient) return { page: patient[2] ? 'new-about' : 'patient', id: patient[1]! };
  const match = /^\/c\/([0-9a-f-]{36})$/.exec(path);
  return match ? { page: 'conversation', id: match[1]! } : { page: 'inbox' };
}

export function useRoute(): Route {
  const path = useSyncExternalStore(
    (listen) => {
      window.addEventListener('popstate', listen);
      window.addEventListener(changed, listen);
      return () => {
        window.removeEventListener('popstate', listen);
        window.removeEventListener(changed, listen);
      };
    },
    () => window.location.pathname,
  );
  return parse(path);
}
