package org.wardline.web.fhir;

import ca.uhn.fhir.context.FhirContext;
import java.util.Date;
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
import org.wardline.directory.RoleSnapshot;
import org.wardline.mapping.fhir.Systems;
import org.wardline.message.PatientIdentifier;
import org.wardline.patient.PatientSummary;

/** Patients and people as FHIR resources. */
final class DirectoryResources {
  private static final FhirContext FHIR = FhirContext.forR4Cached();
  private static final String IDENTIFIER_TYPE = "http://terminology.hl7.org/CodeSystem/v2-0203";

  private DirectoryResources() {}

  static Patient patient(PatientSummary from) {
    Patient patient = FHIR.newJsonParser().parseResource(Patient.class, withType(from.details()));
    patient.setId(from.id().toString());
    patient
        .getMeta()
        .setVersionId(String.valueOf(from.version()))
        .setLastUpdated(Date.from(from.updatedAt()));
    patient.setActive(from.active());
    for (PatientIdentifier id : from.identifiers()) {
      Identifier identifier = patient.addIdentifier().setSystem(id.system()).setValue(id.value());
      if (!id.type().isEmpty()) {
        identifier.setType(new CodeableConcept(new Coding(IDENTIFIER_TYPE, id.type(), null)));
      }
    }
    patient.getName().add(0, name(from));
    if (from.deceased() != null && !patient.hasDeceasedDateTimeType()) {
      patient.setDeceased(new BooleanType(from.deceased()));
    }
    if (from.mergedInto() != null) {
      link(patient, from.mergedInto(), Patient.LinkType.REPLACEDBY);
    }
    from.replaces().forEach(id -> link(patient, id, Patient.LinkType.REPLACES));
    if (from.birthDate() != null) {
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

  private static HumanName name(PatientSummary from) {
    var name = new HumanName().setText(from.name());
    if (!from.family().isEmpty()) {
      name.setFamily(from.family());
    }
    from.given().forEach(name::addGiven);
    return name;
  }

  private static String withType(String details) {
    return details.contains("\"resourceType\"") ? details : "{\"resourceType\":\"Patient\"}";
  }

  static Practitioner practitioner(org.wardline.directory.Practitioner from) {
    var practitioner = new Practitioner();
    practitioner.setId(from.id().toString());
    practitioner.getMeta().setLastUpdated(Date.from(from.updatedAt()));
    practitioner.setActive(from.active());
    practitioner.addIdentifier().setSystem(Systems.USERNAME).setValue(from.username());
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
