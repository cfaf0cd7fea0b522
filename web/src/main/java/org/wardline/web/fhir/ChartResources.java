package org.wardline.web.fhir;

import ca.uhn.fhir.context.FhirContext;
import java.util.Date;
import java.util.Map;
import org.hl7.fhir.r4.model.Appointment;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.jspecify.annotations.Nullable;
import org.wardline.chart.Chart.Entry;
import org.wardline.patient.Encounters.Stay;

/** Records and stays as FHIR resources, with whose they are now. */
final class ChartResources {
  private static final FhirContext FHIR = FhirContext.forR4Cached();
  private static final String ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
  private static final String IDENTIFIER_TYPE = "http://terminology.hl7.org/CodeSystem/v2-0203";
  private static final Map<String, String> CLASSES =
      Map.of("I", "IMP", "O", "AMB", "E", "EMER", "P", "PRENC", "R", "AMB", "B", "IMP", "C", "AMB");

  private ChartResources() {}

  static Resource resource(Entry from) {
    var resource = (Resource) FHIR.newJsonParser().parseResource(from.json());
    resource.setId(from.id().toString());
    resource
        .getMeta()
        .setVersionId(String.valueOf(from.version()))
        .setLastUpdated(Date.from(from.updatedAt()));
    var patient = new Reference("Patient/" + from.patient());
    Reference encounter =
        from.encounter() == null ? null : new Reference("Encounter/" + from.encounter());
    link(resource, from, patient, encounter);
    return resource;
  }

  private static void link(
      Resource resource, Entry from, Reference patient, @Nullable Reference encounter) {
    if (resource instanceof Observation observation) {
      observation.setSubject(patient).setEncounter(encounter);
    } else if (resource instanceof DiagnosticReport report) {
      report.setSubject(patient).setEncounter(encounter);
    } else if (resource instanceof ServiceRequest request) {
      request.setSubject(patient).setEncounter(encounter);
    } else if (resource instanceof DocumentReference document) {
      document.setSubject(patient);
      document.setStatus(DocumentReferenceStatus.fromCode(from.status()));
      if (encounter != null) {
        document.getContext().addEncounter(encounter);
      }
    } else if (resource instanceof Appointment appointment) {
      appointment
          .getParticipant()
          .add(
              0,
              new Appointment.AppointmentParticipantComponent()
                  .setActor(patient)
                  .setStatus(Appointment.ParticipationStatus.ACCEPTED));
    }
  }

  static Encounter encounter(Stay from) {
    String details =
        from.details().contains("\"resourceType\"")
            ? from.details()
            : "{\"resourceType\":\"Encounter\"}";
    Encounter encounter = FHIR.newJsonParser().parseResource(Encounter.class, details);
    encounter.setId(from.id().toString());
    encounter.getMeta().setLastUpdated(Date.from(from.updatedAt()));
    encounter.setSubject(new Reference("Patient/" + from.patient()));
    encounter
        .addIdentifier()
        .setSystem(from.visitSystem())
        .setValue(from.visitNumber())
        .getType()
        .addCoding(new Coding(IDENTIFIER_TYPE, "VN", null));
    encounter.setStatus(
        Encounter.EncounterStatus.fromCode(from.status().isEmpty() ? "unknown" : from.status()));
    encounter.setClass_(
        new Coding(
            ACT_CODE,
            CLASSES.getOrDefault(from.patientClass().toUpperCase(java.util.Locale.ROOT), "AMB"),
            null));
    if (from.admittedAt() != null) {
      encounter.getPeriod().setStart(Date.from(from.admittedAt()));
    }
    if (from.dischargedAt() != null) {
      encounter.getPeriod().setEnd(Date.from(from.dischargedAt()));
    }
    if (!from.location().isEmpty()) {
      encounter.getLocation().clear();
      encounter
          .addLocation()
          .setStatus(Encounter.EncounterLocationStatus.ACTIVE)
          .setLocation(new Reference().setType("Location").setDisplay(from.location()));
    }
    return encounter;
  }
}
