import { AlertOctagon, ChevronsUp } from 'lucide-react';
import type { Priority } from '../api';
import { priorityWord } from '../words';

/** Priority in shape and word, then colour; routine needs none. */
export function PriorityMark({ priority }: { priority: Priority }) {
  if (priority === 'routine') return null;
  const Icon = priority === 'stat' ? AlertOctagon : ChevronsUp;
  return <span className={`priority ${priority}`}><Icon size={14} aria-hidden /> {priorityWord[priority]}</span>;
}
