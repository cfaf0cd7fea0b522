import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Patient } from '../api';
import { birthDate } from '../words';
import { SearchBox } from './search-box';

/**
 * Finds a patient by name or record number. Results of other words are never shown: whoever presses where he looked must not hit
 * somebody else.
 */
export function PatientSearch({ onChoose }: { onChoose: (patient: Patient) => void }) {
  const [words, setWords] = useState('');
  const found = useQuery({ queryKey: ['patients', words], queryFn: () => api.patients(words), enabled: words.trim().length > 1 });
  const patients = found.data ?? [];
  return (
    <SearchBox
      label="Patient"
      hint="Name or record number"
      words={words}
      onWords={setWords}
      busy={found.isFetching}
      fault={found.error?.message}
      items={patients.map((p) => ({ id: p.id, title: p.name, detail: `${birthDate(p.birthDate)} · ${p.recordNumber}${p.location ? ` · ${p.location}` : ''}` }))}
      onChoose={(id) => {
        const chosen = patients.find((p) => p.id === id);
        if (chosen) onChoose(chosen);
        setWords('');
      }}
    />
  );
}
