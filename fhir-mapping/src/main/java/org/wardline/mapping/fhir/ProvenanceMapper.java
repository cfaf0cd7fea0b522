package org.wardline.mapping.fhir;

import ca.uhn.fhir.model.api.TemporalPrecisionEnum;
import java.util.Date;
import java.util.TimeZone;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityRole;
import org.hl7.fhir.r4.model.Reference;

/**
 * The message that something was made of, as FHIR R4 Provenance
 * (http://hl7.org/fhir/R4/provenance.html), as the HL7 v2-to-FHIR guide gives it: the sending
 * system as author, the message as source.
 */
public final class ProvenanceMapper {
  private static final String PART =
      "http://terminology.hl7.org/CodeSystem/provenance-participant-type";
  private static final String OPERATION = "http://terminology.hl7.org/CodeSystem/v3-DataOperation";

  private ProvenanceMapper() {}

  /** Its key is that of what was made. */
  public static Provenance toFhir(OriginView origin) {
    var provenance = new Provenance();
    provenance.setId(origin.record().toString());
    provenance.getMeta().setLastUpdated(Date.from(origin.changedAt()));
    provenance.addTarget(new Reference(origin.type() + "/" + origin.record()));
    provenance.setOccurred(
        new DateTimeType(
            Date.from(origin.receivedAt()),
            TemporalPrecisionEnum.MILLI,
            TimeZone.getTimeZone("UTC")));
    provenance.setRecorded(Date.from(origin.changedAt()));
    boolean first = origin.version() == 1;
    provenance.setActivity(
        new CodeableConcept(
            new Coding(OPERATION, first ? "CREATE" : "UPDATE", first ? "create" : "revise")));
    provenance
        .addAgent()
        .setType(new CodeableConcept(new Coding(PART, "author", "Author")))
        .setWho(named(Systems.HL7_SOURCE, origin.source()).setDisplay(origin.source()));
    provenance
        .addAgent()
        .setType(new CodeableConcept(new Coding(PART, "assembler", "Assembler")))
        .setWho(new Reference().setDisplay("Wardline"));
    provenance
        .addEntity()
        .setRole(ProvenanceEntityRole.SOURCE)
        .setWhat(
            named(Systems.HL7_CONTROL_ID, origin.controlId())
                .setDisplay("HL7 v2 message " + origin.messageType()));
    return provenance;
  }

  private static Reference named(String system, String value) {
    return new Reference().setIdentifier(new Identifier().setSystem(system).setValue(value));
  }
}
