import { clock } from '../words';

/** Who changed something an administrator decides, and when; the newest first. */
export function Changes({ changes }: { changes: { version: number; by: string; at: string }[] }) {
  return changes.length === 0 ? <p className="quiet">Nobody has changed them yet.</p> : (
    <ul className="quiet num">
      {changes.map((change) => (
        <li key={change.version}>version {change.version} by <bdi>{change.by || 'somebody who has left'}</bdi>, {new Date(change.at).toLocaleDateString()} {clock(change.at)}</li>
      ))}
    </ul>
  );
}
