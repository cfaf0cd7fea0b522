package org.wardline.web.fhir;

import ca.uhn.fhir.context.FhirContext;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.Enumerations.AdministrativeGender;
import org.hl7.fhir.r4.model.HumanName;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.wardline.directory.RoleSnapshot;
import org.wardline.mapping.fhir.Systems;
import org.wardline.message.PatientIdentifier;
import org.wardline.patient.PatientSummary;

/** Patients and people as FHIR resources. */
final class DirectoryResources {
  private static final FhirContext FHIR = FhirContext.forR4Cached();

  private DirectoryResources() {}

  static Patient patient(PatientSummary from) {
    Patient patient = FHIR.newJsonParser().parseResource(Patient.class, withType(from.details()));
    patient.setId(from.id().toString());
    patient
        .getMeta()
        .setVersionId(String.valueOf(from.version()))
        .setLastUpdated(Date.from(from.updatedAt()));
    patient.setActive(from.active());
    identifiers(patient, from);
    name(patient, from);
    if (from.deceased() != null && !patient.hasDeceased()) {
      patient.setDeceased(new BooleanType(from.deceased()));
    }
    if (from.mergedInto() != null) {
      link(patient, from.mergedInto(), Patient.LinkType.REPLACEDBY);
    }
    from.replaces().forEach(id -> link(patient, id, Patient.LinkType.REPLACES));
    if (from.birthDate() != null
        && !from.birthDate().equals(patient.getBirthDateElement().getValueAsString())) {
      patient.setBirthDateElement(new DateType(from.birthDate()));
    }
    if (from.gender() != null) {
      patient.setGender(AdministrativeGender.fromCode(from.gender()));
    }
    return patient;
  }

  private static void link(Patient patient, java.util.UUID other, Patient.LinkType type) {
    patient.addLink().setOther(new Reference("Patient/" + other)).setType(type);
  }

  /** Numbers in the order of the index, each as its sender described it. */
  private static void identifiers(Patient patient, PatientSummary from) {
    Map<String, Identifier> described = new HashMap<>();
    patient
        .getIdentifier()
        .forEach(i -> described.putIfAbsent(i.getSystem() + "|" + i.getValue(), i));
    patient.setIdentifier(new ArrayList<>());
    for (PatientIdentifier id : from.identifiers()) {
      Identifier identifier =
          described.getOrDefault(id.system() + "|" + id.value(), new Identifier());
      if (!id.system().isEmpty()) {
        identifier.setSystem(id.system());
      }
      identifier.setValue(id.value());
      if (!id.type().isEmpty() && !identifier.hasType()) {
        identifier.setType(
            new CodeableConcept(new Coding(Systems.IDENTIFIER_TYPE, id.type(), null)));
      }
      patient.addIdentifier(identifier);
    }
  }

  /** The name of the index stands first, as its sender described it. */
  private static void name(Patient patient, PatientSummary from) {
    HumanName first = patient.getNameFirstRep();
    boolean same =
        from.family().equals(first.getFamily() == null ? "" : first.getFamily())
            && from.given().equals(first.getGiven().stream().map(StringType::getValue).toList())
            && !(from.family().isEmpty() && from.given().isEmpty());
    if (!same) {
      var name = new HumanName();
      if (!from.family().isEmpty()) {
        name.setFamily(from.family());
      }
      from.given().forEach(name::addGiven);
      if (first.isEmpty()) {
        patient.setName(new ArrayList<>());
      }
      patient.getName().add(0, name);
    }
    if (!patient.getNameFirstRep().hasText()) {
      patient.getNameFirstRep().setText(from.name());
    }
  }

  private static String withType(String details) {
    return details.contains("\"resourceType\"") ? details : "{\"resourceType\":\"Patient\"}";
  }

  /**
   * A person.
   *
   * @param described what else is known of him, as a FHIR Practitioner; empty when nothing
   */
  static Practitioner practitioner(org.wardline.directory.Practitioner from, String described) {
    Practitioner practitioner =
        described.isEmpty()
            ? new Practitioner()
            : FHIR.newJsonParser().parseResource(Practitioner.class, described);
    practitioner.setId(from.id().toString());
    practitioner.getMeta().setLastUpdated(Date.from(from.updatedAt()));
    practitioner.setActive(from.active());
    practitioner.addIdentifier().setSystem(Systems.USERNAME).setValue(from.username());
    if (practitioner.hasName()) {
      return practitioner;
    }
    var name = practitioner.addName().setText(from.name());
    int comma = from.name().indexOf(", ");
    if (comma > 0) {
      name.setFamily(from.name().substring(0, comma)).addGiven(from.name().substring(comma + 2));
    }
    return practitioner;
  }

  static PractitionerRole role(RoleSnapshot from) {
    var role = new PractitionerRole();
    role.setId(from.id().toString());
    role.setPractitioner(new Reference("Practitioner/" + from.practitionerId()));
    role.getPeriod().setStart(Date.from(from.since()));
    role.addCode(new CodeableConcept().setText(from.profession()));
    if (!from.department().isEmpty()) {
      role.addSpecialty(new CodeableConcept().setText(from.department()));
    }
    return role;
  }
}
