import type { Patient } from '../api';
import { birthDate } from '../words';

/** A patient in a row: name, birth date and record number are never apart. */
export function PatientLine({ patient, topic }: { patient: Patient | null; topic: string }) {
  if (!patient) return <span className="patient"><b>{topic || 'No patient'}</b></span>;
  return (
    <span className="patient">
      <b><bdi>{patient.name}</bdi></b>
      <span className="quiet num">{birthDate(patient.birthDate)} · {patient.recordNumber}</span>
    </span>
  );
}

/** The same, as the head of a conversation that never scrolls away. */
export function PatientHeader({ patient, topic, level: Heading = 'h1' }: { patient: Patient | null; topic: string; level?: 'h1' | 'h2' }) {
  return (
    <div className="patient-header">
      <Heading><bdi>{patient ? patient.name : topic || 'Conversation without patient'}</bdi></Heading>
      {patient && (
        <p className="num">
          {birthDate(patient.birthDate)} · record {patient.recordNumber}
          {patient.location && <> · {patient.location}</>}
        </p>
      )}
      {patient && topic && <p className="quiet">{topic}</p>}
    </div>
  );
}
