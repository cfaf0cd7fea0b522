package org.wardline.web.fhir;

import ca.uhn.fhir.context.FhirContext;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.hl7.fhir.r4.model.Appointment;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.CareTeam;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.CommunicationRequest;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.jspecify.annotations.Nullable;
import org.wardline.chart.Chart.Entry;
import org.wardline.mapping.fhir.PostedResources;
import org.wardline.mapping.fhir.Systems;
import org.wardline.patient.Encounters.Stay;

/** Records and stays as FHIR resources, with whose they are now. */
final class ChartResources {
  private static final FhirContext FHIR = FhirContext.forR4Cached();
  private static final String ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
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
    if (resource instanceof CommunicationRequest alert) {
      alert.setStatus(CommunicationRequest.CommunicationRequestStatus.fromCode(from.status()));
    }
    if (from.patient() == null) {
      return resource;
    }
    var patient = new Reference("Patient/" + from.patient());
    Reference encounter =
        from.encounter() == null ? null : new Reference("Encounter/" + from.encounter());
    link(resource, from, patient, encounter);
    return resource;
  }

  private static void link(
      Resource resource, Entry from, Reference patient, @Nullable Reference encounter) {
    if (resource instanceof Observation observation) {
      observation.setSubject(patient);
      if (encounter != null) {
        observation.setEncounter(encounter);
      }
    } else if (resource instanceof DiagnosticReport report) {
      report.setSubject(patient);
      if (encounter != null) {
        report.setEncounter(encounter);
      }
    } else if (resource instanceof ServiceRequest request) {
      request.setSubject(patient);
      if (encounter != null) {
        request.setEncounter(encounter);
      }
    } else if (resource instanceof CommunicationRequest alert) {
      alert.setSubject(patient);
    } else if (resource instanceof Binary content) {
      content.setSecurityContext(patient);
    } else if (resource instanceof CareTeam team) {
      team.setSubject(patient);
    } else if (resource instanceof DocumentReference document) {
      document.setSubject(patient);
      document.setStatus(DocumentReferenceStatus.fromCode(from.status()));
      if (encounter != null) {
        document.getContext().setEncounter(List.of(encounter));
      }
    } else if (resource instanceof Appointment appointment) {
      participant(appointment, patient);
    }
  }

  /** What HL7 v2 told names him by whose it is alone. */
  private static void participant(Appointment appointment, Reference patient) {
    List<Reference> his =
        appointment.getParticipant().stream()
            .map(Appointment.AppointmentParticipantComponent::getActor)
            .filter(actor -> PostedResources.WHOSE.equals(actor.getReference()))
            .toList();
    his.forEach(actor -> actor.setReference(patient.getReference()));
    if (his.isEmpty()) {
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
    encounter
        .getMeta()
        .setVersionId(String.valueOf(from.version()))
        .setLastUpdated(Date.from(from.updatedAt()));
    encounter.setSubject(new Reference("Patient/" + from.patient()));
    if (encounter.getIdentifier().stream()
        .noneMatch(i -> from.visitNumber().equals(i.getValue()))) {
      encounter
          .addIdentifier()
          .setSystem(from.visitSystem())
          .setValue(from.visitNumber())
          .getType()
          .addCoding(new Coding(Systems.IDENTIFIER_TYPE, "VN", null));
    }
    encounter.setStatus(
        Encounter.EncounterStatus.fromCode(from.status().isEmpty() ? "unknown" : from.status()));
    String code = actCode(from.patientClass());
    if (!code.equals(encounter.getClass_().getCode())) {
      encounter.setClass_(new Coding(ACT_CODE, code, null));
    }
    period(encounter.getPeriod(), from);
    if (!from.location().isEmpty()) {
      encounter.getLocation().clear();
      encounter
          .addLocation()
          .setStatus(
              from.status().equals("in-progress")
                  ? Encounter.EncounterLocationStatus.ACTIVE
                  : Encounter.EncounterLocationStatus.COMPLETED)
          .setLocation(new Reference().setType("Location").setDisplay(from.location()));
    }
    return encounter;
  }

  /** PV1-2 as sent, or the code of a FHIR client. */
  private static String actCode(String patientClass) {
    String known = CLASSES.get(patientClass.toUpperCase(Locale.ROOT));
    if (known != null) {
      return known;
    }
    return patientClass.matches("[A-Z]{2,10}") ? patientClass : "AMB";
  }

  /** As precise as it came, unless it was changed since. */
  private static void period(Period period, Stay from) {
    if (!same(period.getStart(), from.admittedAt())) {
      period.setStart(from.admittedAt() == null ? null : Date.from(from.admittedAt()));
    }
    if (!same(period.getEnd(), from.dischargedAt())) {
      period.setEnd(from.dischargedAt() == null ? null : Date.from(from.dischargedAt()));
    }
  }

  private static boolean same(@Nullable Date date, @Nullable Instant instant) {
    return date == null
        ? instant == null
        : instant != null && date.toInstant().truncatedTo(ChronoUnit.MILLIS).equals(instant);
  }
}
