import { useState } from 'react';

/** What was begun and not sent. In memory only: what stands in it never goes to the browser's storage. */
const kept = new Map<string, unknown>();

/** Forgets all of it: somebody else is here now, or the device was wiped. */
export function forgetDrafts() {
  kept.clear();
}

/**
 * State that outlives its pane, so that whoever looks something up in between finds it again.
 *
 * @param name of the draft; another name needs another pane
 */
export function useDraft<T>(name: string, empty: () => T): [T, (change: Partial<T>) => void, () => void] {
  const [value, setValue] = useState<T>(() => (kept.get(name) as T | undefined) ?? empty());
  const change = (part: Partial<T>) => {
    const next = { ...((kept.get(name) as T | undefined) ?? value), ...part };
    kept.set(name, next);
    setValue(next);
  };
  const clear = () => {
    kept.delete(name);
    setValue(empty());
  };
  return [value, change, clear];
}
